# Language level, warnings, instruction set, sanitizers, tidy.

option(SIGDEL_TESTS "Build the tests" OFF)
option(SIGDEL_FUZZ "Build the fuzz targets; needs clang++ and its libFuzzer" OFF)
option(SIGDEL_TIDY "Run clang-tidy on every source" OFF)
set(SIGDEL_SANITIZE "" CACHE STRING "Sanitizers to build with: address, undefined, or empty")

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_CXX_FLAGS_RELEASE "-O3 -DNDEBUG")

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()

# What every target of ours is compiled with. The arithmetic needs AVX2 (x86-64-v3): docs/decisions/0003; doubles are
# plain IEEE, with no fused operations: docs/arithmetic.md.
# -Wno-stringop-overflow, -Wno-restrict: GCC 12 reports one inside fmt 9 that is not there.
add_library(sigdel_options INTERFACE)
set(SIGDEL_COMPILE_OPTIONS
  -march=x86-64-v3 -ffp-contract=off -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wold-style-cast
  -Wnon-virtual-dtor -Woverloaded-virtual -Wcast-align -Wduplicated-cond -Wlogical-op
  -Wuseless-cast -Wdouble-promotion -Wno-stringop-overflow -Wno-restrict -Wformat=2 -Wimplicit-fallthrough -Werror)
if(SIGDEL_FUZZ)  # clang, with coverage for libFuzzer and the sanitizers in everything
  list(REMOVE_ITEM SIGDEL_COMPILE_OPTIONS -Wduplicated-cond -Wlogical-op -Wuseless-cast -Wdouble-promotion
    -Wno-stringop-overflow -Wno-restrict)
  list(APPEND SIGDEL_COMPILE_OPTIONS -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all)
endif()
target_compile_options(sigdel_options INTERFACE ${SIGDEL_COMPILE_OPTIONS})
# Outside releases the standard library checks its indices.
target_compile_definitions(sigdel_options INTERFACE $<$<NOT:$<CONFIG:Release>>:_GLIBCXX_ASSERTIONS>)
if(SIGDEL_SANITIZE)
  target_compile_options(sigdel_options INTERFACE
    -fsanitize=${SIGDEL_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer
    -Wno-maybe-uninitialized)
  target_link_options(sigdel_options INTERFACE -fsanitize=${SIGDEL_SANITIZE})
endif()
if(SIGDEL_TIDY)
  find_program(CLANG_TIDY NAMES clang-tidy-14 clang-tidy REQUIRED)
  set(CMAKE_CXX_CLANG_TIDY ${CLANG_TIDY})
endif()

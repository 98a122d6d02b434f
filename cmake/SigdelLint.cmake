# Targets format, format-check and tidy, and CTest tests labelled `lint`. Other versions than 14 format differently.
set(SIGDEL_CODE_FOLDERS models sim energy traces scenarios tests)
set(globs ${SIGDEL_CODE_FOLDERS})
list(TRANSFORM globs PREPEND ${CMAKE_SOURCE_DIR}/)
set(source_globs ${globs})
list(TRANSFORM source_globs APPEND /*.cpp)
list(TRANSFORM globs APPEND /*.hpp)
file(GLOB_RECURSE code CONFIGURE_DEPENDS ${globs} ${source_globs})

find_program(SIGDEL_CLANG_FORMAT clang-format-14)
find_program(SIGDEL_RUN_CLANG_TIDY run-clang-tidy-14)
find_program(SIGDEL_CLANG_TIDY clang-tidy-14)
find_program(SIGDEL_SHELLCHECK shellcheck)

set(format_check ${SIGDEL_CLANG_FORMAT} --dry-run -Werror --style=file ${code})
# Our own folders but the tests: GoogleTest's macros are not to clang-tidy's taste.
set(tidy ${SIGDEL_RUN_CLANG_TIDY} -clang-tidy-binary ${SIGDEL_CLANG_TIDY} -quiet -p ${CMAKE_BINARY_DIR}
  "^${CMAKE_SOURCE_DIR}/(models|sim|energy|traces|scenarios)/")
set(shell_check ${SIGDEL_SHELLCHECK} ${CMAKE_SOURCE_DIR}/sigdel ${CMAKE_SOURCE_DIR}/.ci/run)

if(SIGDEL_CLANG_FORMAT)
  add_custom_target(format COMMAND ${SIGDEL_CLANG_FORMAT} -i --style=file ${code} VERBATIM)
  add_custom_target(format-check COMMAND ${format_check} VERBATIM)
endif()
if(SIGDEL_CLANG_TIDY AND SIGDEL_RUN_CLANG_TIDY)
  add_custom_target(tidy COMMAND ${tidy} VERBATIM USES_TERMINAL)
endif()

# sigdel_lint_test(<name> <tool> LABELS <labels> COMMAND <command>): skipped, saying why, where the tool is missing.
function(sigdel_lint_test name tool)
  cmake_parse_arguments(ARG "" "" "LABELS;COMMAND" ${ARGN})
  if(NOT ${tool})
    set(ARG_COMMAND ${CMAKE_COMMAND} -E echo "SKIPPED: ${name} needs a tool that is not installed here: see ${tool}")
  endif()
  add_test(NAME lint.${name} COMMAND ${ARG_COMMAND})
  set_tests_properties(lint.${name} PROPERTIES LABELS "${ARG_LABELS}" TIMEOUT 1800 SKIP_REGULAR_EXPRESSION "^SKIPPED: ")
endfunction()

if(SIGDEL_TESTS)
  sigdel_lint_test(format SIGDEL_CLANG_FORMAT LABELS lint COMMAND ${format_check})
  sigdel_lint_test(shell SIGDEL_SHELLCHECK LABELS lint COMMAND ${shell_check})
  sigdel_lint_test(tidy SIGDEL_CLANG_TIDY LABELS lint long COMMAND ${tidy})
endif()

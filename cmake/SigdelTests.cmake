# sigdel_test_folder(<folder> [LINK <targets>] [SYSTEMC] [TIMEOUT <seconds>]): one executable from every .cpp of
# the current folder's <folder>, which may have none yet. CTest runs each GoogleTest test in a process of its own, as
# SystemC needs (one simulation per process), as `<folder>.<Suite>.<Test>` with the label <folder>.
#   SYSTEMC  links SystemC's stub of sc_main
# A test whose suite's name ends with `Long` has the label `long` in place of the folder's: left out unless asked for.
function(sigdel_test_folder folder)
  cmake_parse_arguments(ARG "SYSTEMC" "TIMEOUT" "LINK" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${folder}/*.cpp)
  if(NOT sources)
    return()
  endif()
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 60)
  endif()
  set(target sigdel_${folder}_tests)
  add_executable(${target} ${sources})
  target_link_libraries(${target} PRIVATE sigdel_test_options sigdel_test_support ${ARG_LINK}
    $<$<BOOL:${ARG_SYSTEMC}>:sigdel_sc_main>)
  gtest_discover_tests(${target} TEST_PREFIX ${folder}. TEST_FILTER -*Long.* DISCOVERY_MODE PRE_TEST
    DISCOVERY_TIMEOUT 60 PROPERTIES LABELS ${folder} TIMEOUT ${ARG_TIMEOUT})
  gtest_discover_tests(${target} TEST_PREFIX ${folder}. TEST_FILTER *Long.* DISCOVERY_MODE PRE_TEST
    DISCOVERY_TIMEOUT 60 PROPERTIES LABELS long TIMEOUT 1800)
endfunction()

# sigdel_python_tests(<folder> [TIMEOUT <seconds>]): each test_*.py (unittest) of the current folder's <folder> as one
# CTest test `<folder>.<name>`. It finds the built program in $SIGDEL and the sources in $SIGDEL_SOURCE; it is skipped
# where a Python module that it needs is not installed. A name that ends with `_long` has the label `long`, as above.
function(sigdel_python_tests folder)
  cmake_parse_arguments(ARG "" "TIMEOUT" "" ${ARGN})
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 300)
  endif()
  file(GLOB scripts CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${folder}/test_*.py)
  foreach(script ${scripts})
    get_filename_component(name ${script} NAME_WE)
    set(label ${folder})
    set(timeout ${ARG_TIMEOUT})
    if(name MATCHES "_long$")
      set(label long)
      set(timeout 1800)
    endif()
    # Debian's own interpreter: it has the python3-* packages, another one on the PATH may not.
    add_test(NAME ${folder}.${name}
      COMMAND /usr/bin/python3 ${CMAKE_CURRENT_SOURCE_DIR}/support/run_python_test.py ${script})
    set_tests_properties(${folder}.${name} PROPERTIES LABELS ${label} TIMEOUT ${timeout} SKIP_RETURN_CODE 77
      ENVIRONMENT "SIGDEL=$<TARGET_FILE:sigdel>;SIGDEL_SOURCE=${CMAKE_SOURCE_DIR};PYTHONDONTWRITEBYTECODE=1")
  endforeach()
endfunction()

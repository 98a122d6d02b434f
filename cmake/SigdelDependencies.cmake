# Every outside library, found once. Debian packages: the list in the launcher `sigdel`.
find_package(PkgConfig REQUIRED)
find_package(fmt REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(CLI11 REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(Protobuf REQUIRED)

# Debian's SystemC is built as C++17 and exports a symbol that names its language level; with this definition
# C++20 objects ask for that symbol.
pkg_check_modules(systemc REQUIRED IMPORTED_TARGET systemc)
target_compile_definitions(PkgConfig::systemc INTERFACE SC_CPLUSPLUS=201703L)

pkg_check_modules(muparser REQUIRED IMPORTED_TARGET muparser)
pkg_check_modules(ffmpeg REQUIRED IMPORTED_TARGET libavformat libavcodec libswscale libavutil)

# libonnx-dev's CMake config also names libonnx itself; only the protobuf messages are needed here.
find_library(ONNX_PROTO onnx_proto REQUIRED)
add_library(sigdel_onnx_proto INTERFACE)
target_link_libraries(sigdel_onnx_proto INTERFACE ${ONNX_PROTO} protobuf::libprotobuf)
target_compile_definitions(sigdel_onnx_proto INTERFACE ONNX_NAMESPACE=onnx ONNX_ML=1)

# libdnnl-dev's CMake config asks for OpenCL headers, which its CPU engine does not need.
find_library(DNNL_LIBRARY dnnl REQUIRED)
add_library(DNNL::dnnl UNKNOWN IMPORTED)
set_target_properties(DNNL::dnnl PROPERTIES IMPORTED_LOCATION ${DNNL_LIBRARY})

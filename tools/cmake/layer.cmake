# layer.cmake — rb_layer(): a folder as a library that sees only itself and the layers it names.
#
# Headers are included by their full path from the root ("dataplane/base/time.h"). Each layer publishes an include
# directory that holds a link to its own folder and nothing else, so the include of a layer it does not link to fails
# to compile.

# rb_apart(SOURCES...) — compiles each by itself. The test presets compile eight sources as one (CMAKE_UNITY_BUILD), for
# most of the time goes into headers; these have helpers that are named like a neighbour's.
function(rb_apart)
  set_source_files_properties(${ARGV} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
endfunction()

# rb_layer(NAME FOLDER [HOT] SOURCES... DEPENDS...)
#   NAME     target name
#   FOLDER   the layer's folder, from the root
#   HOT      packet path: no exceptions, no run-time type information
function(rb_layer name folder)
  cmake_parse_arguments(PARSE_ARGV 2 arg "HOT" "" "SOURCES;DEPENDS;PRIVATE_DEPENDS")
  set(view ${CMAKE_BINARY_DIR}/include/${name})
  get_filename_component(parent ${folder} DIRECTORY)
  file(MAKE_DIRECTORY ${view}/${parent})
  file(CREATE_LINK ${CMAKE_SOURCE_DIR}/${folder} ${view}/${folder} SYMBOLIC)
  add_library(${name} STATIC ${arg_SOURCES})
  set_target_properties(${name} PROPERTIES LINKER_LANGUAGE CXX)
  target_include_directories(${name} PUBLIC ${view})
  target_link_libraries(${name} PUBLIC ${arg_DEPENDS} PRIVATE rb_compiler ${arg_PRIVATE_DEPENDS})
  if(arg_HOT)
    # Optimised in every preset: tests run hours of audio through it.
    target_compile_options(${name} PRIVATE $<$<COMPILE_LANGUAGE:CXX>:-fno-exceptions -fno-rtti>
                                           $<$<CONFIG:Debug>:-O1>)
  endif()
endfunction()

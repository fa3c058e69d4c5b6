# compiler.cmake — language level, warnings, sanitizers, and the compiler cache for every target.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR})

find_program(RB_CCACHE ccache)
if(RB_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros ${RB_CCACHE})
endif()

find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)

add_library(rb_compiler INTERFACE)
target_compile_options(rb_compiler INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wold-style-cast -Wnon-virtual-dtor -Werror
  -fno-omit-frame-pointer)
# Designated initialisers leave members to their defaults on purpose.
target_compile_options(rb_compiler INTERFACE -Wno-missing-field-initializers)
target_link_libraries(rb_compiler INTERFACE Threads::Threads)

if(RB_TESTS OR RB_FUZZ)
  add_compile_definitions(_GLIBCXX_ASSERTIONS RB_EXPECT_ABORTS)
endif()
if(RB_SANITIZE)
  add_compile_options(-fsanitize=${RB_SANITIZE} -fno-sanitize-recover=all)
  string(REPLACE "fuzzer-no-link," "" rb_sanitize_link "${RB_SANITIZE}")
  add_link_options(-fsanitize=${rb_sanitize_link})
  if(RB_SANITIZE MATCHES thread AND CMAKE_CXX_COMPILER_ID STREQUAL GNU)
    # It does not understand fences. Ours order words that are atomic, which it does not doubt anyway.
    add_compile_options($<$<COMPILE_LANGUAGE:CXX>:-Wno-tsan>)
  endif()
endif()

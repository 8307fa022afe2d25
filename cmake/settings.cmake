# SPDX-License-Identifier: Apache-2.0
# Language, warnings, sanitizers and where things go.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_CXX_VISIBILITY_PRESET hidden)
set(CMAKE_VISIBILITY_INLINES_HIDDEN ON)
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG")
set(CMAKE_CXX_FLAGS_DEBUG "-g1")  # functions and lines for reports; variables too (-g) would cost a quarter of the build
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
set(CMAKE_INSTALL_LIBDIR_RUNYARD lib/runyard)

set(RUNYARD_SANITIZE "" CACHE STRING "Sanitizers, as for -fsanitize=")
option(RUNYARD_WERROR "Warnings are errors" OFF)
# The wheel's programs run on any Linux: docs/decisions/13-static-programs-in-one-wheel.md.
option(RUNYARD_STATIC "Link everything statically, the C library too" OFF)

add_library(runyard_settings INTERFACE)
target_compile_options(runyard_settings INTERFACE
  -Wall -Wextra -Wshadow -Wconversion $<$<CXX_COMPILER_ID:GNU>:-Wno-mismatched-new-delete>
  $<$<CXX_COMPILER_ID:Clang>:-Wno-sign-conversion>
  "$<$<CXX_COMPILER_ID:Clang>:SHELL:-Xclang -fno-pch-timestamp>"  # ccache knows a precompiled header by its content
  $<$<BOOL:${RUNYARD_WERROR}>:-Werror>)
target_compile_definitions(runyard_settings INTERFACE RUNYARD_VERSION="${PROJECT_VERSION}")
if(RUNYARD_SANITIZE)
  target_compile_options(runyard_settings INTERFACE
    -fsanitize=${RUNYARD_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all
    $<$<CXX_COMPILER_ID:GNU>:-Og>
    $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)  # GCC 12 sees ghosts in <regex> once it is instrumented
  target_link_options(runyard_settings INTERFACE -fsanitize=${RUNYARD_SANITIZE})
  if(RUNYARD_SANITIZE STREQUAL "thread")
    target_compile_options(runyard_settings INTERFACE -Wno-tsan)  # Asio uses a fence that GCC does not instrument
  endif()
elseif(RUNYARD_STATIC)
  target_link_options(runyard_settings INTERFACE -static-pie)  # with the options below, g++ takes libc.so
else()
  # One copy of the C++ run time in each program: faster to start, nothing to miss.
  target_link_options(runyard_settings INTERFACE -static-libstdc++ -static-libgcc)
endif()

# Third-party headers cost more to compile than the code that includes them: sources are compiled several at a time
# (-DCMAKE_UNITY_BUILD=OFF compiles each alone, for work on one file or to check that each includes what it uses).
option(CMAKE_UNITY_BUILD "Compile the sources of a folder together" ON)

# runyard_compile_together(target count sources...): up to `count` sources of one folder form one translation unit.
function(runyard_compile_together target count)
  set_target_properties(${target} PROPERTIES UNITY_BUILD_MODE GROUP)
  if(CMAKE_UNITY_BUILD)  # GCC takes a type without linkage for one that two translation units could see differently
    target_compile_options(${target} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage>)
  endif()
  foreach(source ${ARGN})
    cmake_path(ABSOLUTE_PATH source)
    cmake_path(RELATIVE_PATH source BASE_DIRECTORY ${PROJECT_SOURCE_DIR} OUTPUT_VARIABLE folder)
    cmake_path(GET folder PARENT_PATH folder)
    string(MAKE_C_IDENTIFIER ${folder} folder)
    if(NOT DEFINED number_${folder})
      set(number_${folder} 0)
    endif()
    math(EXPR group "${number_${folder}} / ${count}")
    math(EXPR number_${folder} "${number_${folder}} + 1")
    set_source_files_properties(${source} PROPERTIES UNITY_GROUP ${folder}_${group})
  endforeach()
endfunction()

# runyard_library(name sources...): one folder, one library, one include root.
function(runyard_library name)
  add_library(runyard_${name} STATIC ${ARGN})
  target_include_directories(runyard_${name} PUBLIC ${PROJECT_SOURCE_DIR})
  target_link_libraries(runyard_${name} PUBLIC runyard_settings)
  runyard_compile_together(runyard_${name} 16 ${ARGN})
endfunction()

# SPDX-License-Identifier: Apache-2.0
# Language, warnings, sanitizers and where things go.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_CXX_VISIBILITY_PRESET hidden)
set(CMAKE_VISIBILITY_INLINES_HIDDEN ON)
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG")
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
set(CMAKE_INSTALL_LIBDIR_RUNYARD lib/runyard)

set(RUNYARD_SANITIZE "" CACHE STRING "Sanitizers, as for -fsanitize=")
option(RUNYARD_WERROR "Warnings are errors" OFF)

add_library(runyard_settings INTERFACE)
target_compile_options(runyard_settings INTERFACE
  -Wall -Wextra -Wshadow -Wconversion $<$<CXX_COMPILER_ID:GNU>:-Wno-mismatched-new-delete>
  $<$<BOOL:${RUNYARD_WERROR}>:-Werror>)
target_compile_definitions(runyard_settings INTERFACE RUNYARD_VERSION="${PROJECT_VERSION}")
if(RUNYARD_SANITIZE)
  target_compile_options(runyard_settings INTERFACE
    -fsanitize=${RUNYARD_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all -O1
    $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)  # GCC 12 sees ghosts in <regex> once it is instrumented
  target_link_options(runyard_settings INTERFACE -fsanitize=${RUNYARD_SANITIZE})
  if(RUNYARD_SANITIZE STREQUAL "thread")
    target_compile_options(runyard_settings INTERFACE -Wno-tsan)  # Asio uses a fence that GCC does not instrument
  endif()
else()
  # One copy of the C++ run time in each program: faster to start, nothing to miss.
  target_link_options(runyard_settings INTERFACE -static-libstdc++ -static-libgcc)
endif()

# runyard_library(name sources...): one folder, one library, one include root.
function(runyard_library name)
  add_library(runyard_${name} STATIC ${ARGN})
  target_include_directories(runyard_${name} PUBLIC ${PROJECT_SOURCE_DIR})
  target_link_libraries(runyard_${name} PUBLIC runyard_settings)
endfunction()

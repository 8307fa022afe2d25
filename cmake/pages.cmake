# SPDX-License-Identifier: Apache-2.0
# Completions and manual pages: the programs print them once they are built, into share/ of the build tree.
# They are the same on every machine: a build for another one, whose programs do not run here, installs those of a build
# for this one.
if(CMAKE_CROSSCOMPILING)
  set(RUNYARD_SHARE ${PROJECT_SOURCE_DIR}/build/wheel/share CACHE PATH "share/ of a build for this machine")
else()
  set(RUNYARD_SHARE ${PROJECT_BINARY_DIR}/share)
endif()

# runyard_page(file arguments...): what `runyard arguments` prints becomes share/file.
function(runyard_page file)
  if(NOT CMAKE_CROSSCOMPILING)
    cmake_path(GET file PARENT_PATH folder)
    file(MAKE_DIRECTORY ${RUNYARD_SHARE}/${folder})
    add_custom_command(TARGET runyard POST_BUILD VERBATIM
      COMMAND ${CMAKE_COMMAND} -E env RUNYARD_STATE=${PROJECT_BINARY_DIR}/none $<TARGET_FILE:runyard> ${ARGN} > ${RUNYARD_SHARE}/${file})
  endif()
endfunction()

# runyard_daemon_page(file): runyardd.1.in with what `runyardd --help` prints becomes share/file.
function(runyard_daemon_page file)
  if(NOT CMAKE_CROSSCOMPILING)
    add_custom_command(TARGET runyardd POST_BUILD VERBATIM
      COMMAND ${CMAKE_COMMAND} -DRUNYARDD=$<TARGET_FILE:runyardd> -DVERSION=${PROJECT_VERSION} -DPAGE=${RUNYARD_SHARE}/${file}
        -DTEMPLATE=${PROJECT_SOURCE_DIR}/cmake/runyardd.1.in -P ${PROJECT_SOURCE_DIR}/cmake/daemon_page.cmake)
  endif()
endfunction()

install(DIRECTORY ${RUNYARD_SHARE}/ DESTINATION share OPTIONAL)

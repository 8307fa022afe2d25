# SPDX-License-Identifier: Apache-2.0
# Where things lie, in the build tree and under a prefix. A program finds its siblings relative to itself, so the two
# trees have the same shape: bin/{runyard,runyardd}, lib/runyard/{runyard-launcher,python,portal}.

# The build tree: the SDK is the source folder itself, so that an edit needs no build.
file(MAKE_DIRECTORY ${PROJECT_BINARY_DIR}/lib/runyard)
file(CREATE_LINK ${PROJECT_SOURCE_DIR}/python ${PROJECT_BINARY_DIR}/lib/runyard/python SYMBOLIC)
file(CREATE_LINK ${PROJECT_SOURCE_DIR}/portal/dist ${PROJECT_BINARY_DIR}/lib/runyard/portal SYMBOLIC)  # made by scripts/portal

foreach(program runyard runyardd)
  if(TARGET ${program})
    install(TARGETS ${program} RUNTIME DESTINATION bin)
  endif()
endforeach()

install(DIRECTORY python/ DESTINATION ${CMAKE_INSTALL_LIBDIR_RUNYARD}/python
  PATTERN "__pycache__" EXCLUDE
  PATTERN ".*_cache" EXCLUDE
  PATTERN "*.pyc" EXCLUDE
  PATTERN "*.egg-info" EXCLUDE
  PATTERN "MANIFEST.in" EXCLUDE
  PATTERN "pyproject.toml" EXCLUDE
  PATTERN "setup.py" EXCLUDE
  PATTERN "runyard_hook.pth" EXCLUDE)
if(EXISTS ${PROJECT_SOURCE_DIR}/portal/dist)
  install(DIRECTORY portal/dist/ DESTINATION ${CMAKE_INSTALL_LIBDIR_RUNYARD}/portal)
endif()
install(FILES README.md README.zh.md ARCHITECTURE.md CHANGELOG.md SECURITY.md LICENSE DESTINATION share/doc/runyard)
install(DIRECTORY docs/ DESTINATION share/doc/runyard/docs)

# Static programs contain libraries, whose licenses ask to be passed on.
if(RUNYARD_STATIC)
  install(CODE "
    execute_process(COMMAND ${PROJECT_SOURCE_DIR}/scripts/sbom --licenses
      \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/share/doc/runyard/third-party\" COMMAND_ERROR_IS_FATAL ANY)")
endif()

# The units name the programs by their full path, which is known only when they are installed. systemd reads '%' as
# the start of a specifier, and its quotes keep spaces together.
install(CODE "set(unit_source \"${PROJECT_SOURCE_DIR}/systemd\")" COMPONENT systemd)
install(CODE [[
  string(REPLACE "%" "%%" prefix "${CMAKE_INSTALL_PREFIX}")
  foreach(unit user/runyardd.service system/runyardd@.service)
    get_filename_component(name "${unit}" NAME)
    set(target "${CMAKE_INSTALL_PREFIX}/lib/systemd/${unit}")
    message(STATUS "Installing: ${target}")
    configure_file("${unit_source}/${name}.in" "$ENV{DESTDIR}${target}" @ONLY)
  endforeach()
]] COMPONENT systemd)

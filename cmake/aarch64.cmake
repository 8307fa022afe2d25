# SPDX-License-Identifier: Apache-2.0
# A toolchain file: compiles for aarch64 with Debian's cross compiler, and libraries of the folder RUNYARD_SYSROOT, which
# scripts/arm64_sysroot fills.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_CXX_COMPILER aarch64-linux-gnu-g++)
set(RUNYARD_SYSROOT "" CACHE PATH "The folder of headers and libraries for aarch64")
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES RUNYARD_SYSROOT)
set(CMAKE_SYSROOT ${RUNYARD_SYSROOT})
# The folder has static libraries only. They go before the C library of the compiler, which gets no security fixes.
set(CMAKE_EXE_LINKER_FLAGS_INIT "-static-pie -L${RUNYARD_SYSROOT}/usr/lib/aarch64-linux-gnu")
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)

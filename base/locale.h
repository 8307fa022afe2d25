// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace base {

/// Character handling in UTF-8, whatever the caller's locale is: file names are bytes, libarchive must know how to read
/// them, and tables must know the width of characters. For main() functions, before the first thread.
void set_up_locale();

}  // namespace base

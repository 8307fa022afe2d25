// SPDX-License-Identifier: Apache-2.0
// A launcher that starts nothing, for unit tests of the daemon's procedures: this program itself, under another name.
#pragma once

namespace test {

/// Whether this process was started as the launcher.
bool is_launcher(int argc, char** argv);
/// Does what the name of the run's script says:
///   complete.py  writes an ending and is gone
///   wait.py      waits for a stop request, then writes that ending
///   build.py     builds an environment until there is attempt-1/built, waits for a slot, then writes an ending
///   vanish.py    is gone without an ending; asked to finalize, it writes that the run is lost
///   stay.py      is gone without an ending, and finalizes nothing
int launch(int argc, char** argv);

}  // namespace test

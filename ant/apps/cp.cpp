// SPDX-License-Identifier: GPL-2.0-only
// cp FROM TO, cp FROM... DIRECTORY: copies Linux files; the data stays in the ICA all the way. -R
// or -r: directories, too; -p: with permissions; -a: -RPp; -f replaces what cannot be
// written; -i asks. Symbolic links are followed with -L, none with -P, the operands with -H.
#include <ant/apps/common/copy.h>
#include <ant/apps/common/path.h>

using namespace ant;

int main(int argc, char** argv) {
    const CommandLine line(argc, argv, {"cp", "HLPRafipr", "FROM... TO"});
    if (line.is_over())
        return line.status();
    const bool archive = line.has('a');
    const bool whole = archive || line.has('R') || line.has('r');
    const char follow = line.last_of("HLPa");
    Copy copy({.program = "cp",
               .whole = whole,
               .preserves = archive || line.has('p'),
               .asks = line.has('i'),
               .forced = line.has('f'),
               .follow = follow == 'L'              ? Copy::Follow::all
                         : follow == 'H'            ? Copy::Follow::operands
                         : follow == '\0' && !whole ? Copy::Follow::all
                                                    : Copy::Follow::none});
    if (!copy.is_ready())
        return report("cp", "ICA");
    return for_each_pair("cp", line.operands(),
                         [&](const char* from, const char* to) { return copy.run(from, to); });
}

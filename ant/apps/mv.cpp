// SPDX-License-Identifier: GPL-2.0-only
// mv FROM TO, mv FROM... DIRECTORY: gives Linux files and directories another name, on another file
// system by copying them. -i asks before something is replaced, -f does not.
#include <ant/apps/common/ask.h>
#include <ant/apps/common/copy.h>
#include <ant/apps/common/path.h>
#include <ant/apps/common/remove.h>

using namespace ant;

namespace {

int copy_and_remove(const char* from, const char* to) {
    Copy copy({.program = "mv", .whole = true, .preserves = true, .follow = Copy::Follow::none});
    if (!copy.is_ready())
        return report("mv", "ICA");
    if (const int status = copy.run(from, to); status != 0)
        return status;
    TreePath tree(from);
    return remove_tree(tree, {.program = "mv", .whole = true});
}

int move(const char* from, const char* to, bool asks) {
    antlinux_stat source = {};
    antlinux_stat old = {};
    if (lstat(from, &source) != 0)
        return report("mv", "cannot stat", from);
    const bool is_there = lstat(to, &old) == 0;
    if (is_there && is_same_file(source, old)) {
        dprintf(standard_error, "mv: '%s' and '%s' are the same file\n", from, to);
        return exit_failure;
    }
    if (is_there && asks && !ask("mv", "overwrite", to))
        return 0;
    if (rename(from, to) == 0)
        return 0;
    if (last_error == EXDEV)
        return copy_and_remove(from, to);
    if (last_error == EINVAL)
        dprintf(standard_error, "mv: cannot move '%s' to a subdirectory of itself, '%s'\n", from,
                to);
    else
        dprintf(standard_error, "mv: cannot move '%s' to '%s': %s\n", from, to,
                strerror(last_error));
    return exit_failure;
}

} // namespace

int main(int argc, char** argv) {
    const CommandLine line(argc, argv, {"mv", "fi", "FROM... TO"});
    if (line.is_over())
        return line.status();
    const bool asks = line.last_of("fi") == 'i';
    return for_each_pair("mv", line.operands(),
                         [&](const char* from, const char* to) { return move(from, to, asks); });
}

// SPDX-License-Identifier: GPL-2.0-only
// rm: removes Linux files, with -d empty directories, with -r or -R directories with all that is in
// them. -f: what is not there is no error; -i asks; -v tells.
#include <ant/apps/common/path.h>
#include <ant/apps/common/remove.h>
#include <ant/lib/command_line.h>
#include <ant/lib/report.h>

using namespace ant;

namespace {

/// A slip of the finger would take more than was meant.
bool is_protected(const char* path, const Removal& how) {
    const std::string_view name = last_part(path);
    if (is_dots(name))
        dprintf(standard_error, "rm: refusing to remove '.' or '..' directory: skipping '%s'\n",
                path);
    else if (name.empty() && *path == '/' && how.whole)
        dprintf(standard_error, "rm: it is dangerous to operate recursively on '/'\n");
    else
        return false;
    return true;
}

} // namespace

int main(int argc, char** argv) {
    const CommandLine line(argc, argv, {"rm", "Rdfirv", "[FILE...]"});
    if (line.is_over())
        return line.status();
    const Removal how = {.program = "rm",
                         .whole = line.has('r') || line.has('R'),
                         .empty = line.has('d'),
                         .asks = line.last_of("fi") == 'i',
                         .forced = line.last_of("fi") == 'f',
                         .tells = line.has('v')};
    if (line.operands().empty() && !how.forced)
        return line.missing_operand();
    int status = 0;
    for (const char* path : line.operands()) {
        TreePath tree(path);
        status |= is_protected(path, how) ? exit_failure : remove_tree(tree, how);
    }
    return status;
}

// SPDX-License-Identifier: GPL-2.0-only
// mv FROM TO: gives a Linux file or directory another name.
// mv FROM... DIRECTORY: moves them into it.
// All lie on one file system: between two, cp and rm do it.
#include <ant/apps/common/path.h>
#include <ant/lib/report.h>

using namespace ant;

namespace {

int move_into(const char* from, const char* directory) {
    const InDirectory to(directory, last_part(from));
    return to.text() != nullptr && ant::rename(from, to.text()) == 0 ? 0 : report("mv", from);
}

} // namespace

int main(int argc, char** argv) {
    const auto words = Options::only_words(argc, argv);
    if (words.size() < 2)
        return usage("mv FROM TO | mv FROM... DIRECTORY");
    const char* to = words.back();
    const bool into = is_directory(to);
    if (words.size() == 2 && !into)
        return ant::rename(words[0], to) == 0 ? 0 : report("mv", words[0]);
    if (!into) {
        last_error = ENOTDIR;
        return report("mv", to);
    }
    int status = 0;
    for (const char* from : words.first(words.size() - 1))
        status |= move_into(from, to);
    return status;
}

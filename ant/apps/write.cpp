// SPDX-License-Identifier: GPL-2.0-only
// write: writes a line of text into a Linux file; -a appends.
#include <ant/apps/common/file.h>
#include <ant/apps/common/words.h>
#include <ant/lib/command_line.h>
#include <ant/lib/report.h>

using namespace ant;

int main(int argc, char** argv) {
    const CommandLine line(argc, argv, {"write", "a", "FILE TEXT...", true});
    if (line.is_over())
        return line.status();
    const auto words = line.operands();
    const char* path = words[0];
    File file(path, O_WRONLY | O_CREAT | (line.has('a') ? O_APPEND : O_TRUNC), 0644);
    if (!file.valid())
        return report("write", path);
    if (write_words(file.descriptor(), {words.data() + 1, words.size() - 1}) != 0)
        return report("write", path);
    return file.close() == 0 ? 0 : report("write", path);
}

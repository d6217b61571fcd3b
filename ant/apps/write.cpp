// SPDX-License-Identifier: GPL-2.0-only
// write [-a] FILE TEXT...: writes a line of text into a Linux file, -a appends.
#include <ant/apps/common/file.h>
#include <ant/apps/common/words.h>
#include <ant/lib/report.h>

using namespace ant;

int main(int argc, char** argv) {
    constexpr const char* usage_text = "write [-a] FILE TEXT...";
    Options options(argc, argv, "a");
    int how = O_TRUNC;
    for (int option = options.next(); option != Options::end; option = options.next()) {
        if (option != 'a')
            return usage(usage_text);
        how = O_APPEND;
    }
    const auto words = options.rest();
    if (words.size() < 2)
        return usage(usage_text);
    const char* path = words[0];
    File file(path, O_WRONLY | O_CREAT | how, 0644);
    if (!file.valid())
        return report("write", path);
    if (write_words(file.descriptor(), words.subspan(1)) != 0)
        return report("write", path);
    return file.close() == 0 ? 0 : report("write", path);
}

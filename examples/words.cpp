// SPDX-License-Identifier: GPL-2.0-only
// words FILE [COUNT]: the words that a file has most often. An ordinary C++ program for Linux: the
// headers are the C library's and the standard library's.
#include <algorithm>
#include <cctype>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <map>
#include <string>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

namespace {

std::map<std::string, int> count_words(int file) {
    std::map<std::string, int> counts;
    std::string word;
    char text[4096];
    ssize_t length = 0;
    while ((length = read(file, text, sizeof(text))) > 0)
        for (const char c : std::string(text, static_cast<size_t>(length)))
            if (isalnum(static_cast<unsigned char>(c)) != 0) {
                word += static_cast<char>(tolower(static_cast<unsigned char>(c)));
            } else if (!word.empty()) {
                counts[word]++;
                word.clear();
            }
    if (!word.empty())
        counts[word]++;
    return counts;
}

} // namespace

int main(int argc, char** argv) {
    if (argc < 2 || argc > 3) {
        fprintf(stderr, "usage: words FILE [COUNT]\n");
        return 2;
    }
    const int file = open(argv[1], O_RDONLY | O_CLOEXEC);
    struct stat status = {};
    if (file < 0 || fstat(file, &status) != 0) {
        perror(argv[1]);
        return 1;
    }
    if (!S_ISREG(status.st_mode)) {
        fprintf(stderr, "%s: not a regular file\n", argv[1]);
        return 1;
    }
    const auto counts = count_words(file);
    std::vector<std::pair<std::string, int>> words(counts.begin(), counts.end());
    std::stable_sort(words.begin(), words.end(),
                     [](const auto& a, const auto& b) { return a.second > b.second; });
    words.resize(std::min<size_t>(words.size(), argc == 3 ? strtoul(argv[2], nullptr, 10) : 5));
    for (const auto& [word, count] : words)
        printf("%5d %s\n", count, word.c_str());
    return close(file) == 0 ? 0 : 1;
}

// SPDX-License-Identifier: GPL-2.0-only
// A target without libFuzzer: fuzz_NAME DIRECTORY runs each input that lies there. So any compiler
// can, and the unit tests do.
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <vector>

#include "tests/fuzz/fuzz.h"

namespace {

// Of exactly the input's size, so that the sanitizer sees what reads beyond it.
std::vector<char> contents(const std::filesystem::path& path) {
    std::vector<char> bytes(std::filesystem::file_size(path));
    std::ifstream file{path, std::ios::binary};
    file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    ASSERT(file.good());
    return bytes;
}

} // namespace

int main(int argc, char** argv) {
    if (argc != 2)
        return 2;
    int inputs = 0;
    for (const auto& entry : std::filesystem::directory_iterator{argv[1]}) {
        // Before it runs: one that breaks the target ends the program.
        std::puts(entry.path().c_str());
        std::fflush(stdout);
        const std::vector<char> bytes = contents(entry.path());
        LLVMFuzzerTestOneInput(reinterpret_cast<const std::byte*>(bytes.data()), bytes.size());
        ++inputs;
    }
    std::printf("%d inputs\n", inputs);
    return inputs > 0 ? 0 : 1;
}

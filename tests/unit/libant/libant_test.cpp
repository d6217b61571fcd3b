// SPDX-License-Identifier: GPL-2.0-only
// What the tests share: a directory each, bytes to write.
#include "fake_kernel.h"

#include <filesystem>
#include <fstream>
#include <sstream>

LibantTest::LibantTest() : kernel(FakeKernel::instance()) { kernel.reset(); }

LibantTest::~LibantTest() {
    if (!directory_.empty())
        std::filesystem::remove_all(directory_);
}

std::string LibantTest::path(const std::string& name) {
    if (directory_.empty()) {
        std::string pattern = std::filesystem::temp_directory_path() / "libant-XXXXXX";
        if (mkdtemp(pattern.data()) == nullptr)
            throw std::runtime_error("no temporary directory");
        directory_ = pattern;
    }
    return directory_ + "/" + name;
}

std::string LibantTest::make_file(const std::string& name, const std::string& content) {
    std::string file = path(name);
    std::ofstream(file, std::ios::binary) << content;
    return file;
}

std::string LibantTest::content_of(const std::string& file) {
    std::ostringstream content;
    content << std::ifstream(file, std::ios::binary).rdbuf();
    return content.str();
}

std::string test_bytes(size_t length, unsigned seed) {
    std::string bytes(length, '\0');
    for (size_t i = 0; i < length; i++)
        bytes[i] = static_cast<char>(seed + 7 * i + 13 * (i / 256));
    return bytes;
}

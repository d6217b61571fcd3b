// SPDX-License-Identifier: GPL-2.0-only
// A RAM disk as cpio writes it.
#pragma once

#include <array>
#include <cstdio>
#include <string>

namespace ant::test {

class Archive {
public:
    Archive& add(const std::string& name, const std::string& data, unsigned mode = 0100755) {
        std::array<char, 111> header{};
        std::snprintf(header.data(), header.size(),
                      "070701%08X%08X%08X%08X%08X%08X%08zX%08X%08X%08X%08X%08zX%08X", 1u, mode, 0u,
                      0u, 1u, 0u, data.size(), 0u, 0u, 0u, 0u, name.size() + 1, 0u);
        text_ += header.data();
        text_ += name;
        text_ += '\0';
        pad();
        text_ += data;
        pad();
        return *this;
    }
    Archive& end() { return add("TRAILER!!!", "", 0); }
    std::string& text() { return text_; }

private:
    void pad() {
        while (text_.size() % 4 != 0)
            text_ += '\0';
    }
    std::string text_;
};

} // namespace ant::test

// SPDX-License-Identifier: GPL-2.0-only
// Owners of the C library's open files and directories.
#pragma once

#include <dirent.h>

#include <cstdio>
#include <memory>

namespace antlinux {

struct CloseFile {
    void operator()(std::FILE* file) const { static_cast<void>(std::fclose(file)); }
};
struct CloseDirectory {
    void operator()(DIR* directory) const { static_cast<void>(::closedir(directory)); }
};
using OwnedFile = std::unique_ptr<std::FILE, CloseFile>;
using OwnedDirectory = std::unique_ptr<DIR, CloseDirectory>;

} // namespace antlinux

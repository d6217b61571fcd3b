// SPDX-License-Identifier: GPL-2.0-only
// Programs that change files and directories.
#ifndef TESTS_UNIT_LIBANT_FILE_PROGRAMS_FIXTURE_H
#define TESTS_UNIT_LIBANT_FILE_PROGRAMS_FIXTURE_H

#include "fake_terminal.h"

#include <unistd.h>

class FileProgramsTest : public LibantTest {
protected:
    int run(const std::vector<std::string>& words) {
        kernel.output.clear();
        kernel.errors.clear();
        return run_program(words);
    }
    static bool exists(const std::string& file) { return access(file.c_str(), F_OK) == 0; }
};

#endif

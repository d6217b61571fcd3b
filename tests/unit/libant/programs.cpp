// SPDX-License-Identifier: GPL-2.0-only
// The main() functions of AnT's programs, under the names the build gives them.
#include "fake_kernel.h"

int program_antsh(int, char**);
int program_bench(int, char**);
int program_calltest(int, char**);
int program_cat(int, char**);
int program_cores(int, char**);
int program_cp(int, char**);
int program_crash(int, char**);
int program_devices(int, char**);
int program_echo(int, char**);
int program_edu(int, char**);
int program_false();
int program_filetest(int, char**);
int program_getpid(int, char**);
int program_hexdump(int, char**);
int program_init(int, char**);
int program_kernels(int, char**);
int program_kill(int, char**);
int program_klog(int, char**);
int program_ls(int, char**);
int program_measure(int, char**);
int program_mem(int, char**);
int program_null(int, char**);
int program_ps(int, char**);
int program_servers(int, char**);
int program_sha256sum(int, char**);
int program_sleep(int, char**);
int program_stat(int, char**);
int program_true();
int program_head(int, char**);
int program_mkdir(int, char**);
int program_mv(int, char**);
int program_rm(int, char**);
int program_rmdir(int, char**);
int program_wc(int, char**);
int program_write(int, char**);

namespace {

using Main = int (*)(int, char**);

template<int (*function)()> int without_arguments(int, char**) { return function(); }

const std::map<std::string, Main> mains = {
    {"antsh", program_antsh},
    {"bench", program_bench},
    {"calltest", program_calltest},
    {"cat", program_cat},
    {"cores", program_cores},
    {"cp", program_cp},
    {"crash", program_crash},
    {"devices", program_devices},
    {"echo", program_echo},
    {"edu", program_edu},
    {"false", without_arguments<program_false>},
    {"filetest", program_filetest},
    {"getpid", program_getpid},
    {"hexdump", program_hexdump},
    {"init", program_init},
    {"kernels", program_kernels},
    {"kill", program_kill},
    {"klog", program_klog},
    {"ls", program_ls},
    {"measure", program_measure},
    {"mem", program_mem},
    {"null", program_null},
    {"ps", program_ps},
    {"servers", program_servers},
    {"sha256sum", program_sha256sum},
    {"sleep", program_sleep},
    {"stat", program_stat},
    {"true", without_arguments<program_true>},
    {"head", program_head},
    {"mkdir", program_mkdir},
    {"mv", program_mv},
    {"rm", program_rm},
    {"rmdir", program_rmdir},
    {"wc", program_wc},
    {"write", program_write},
};

} // namespace

int run_program(const std::vector<std::string>& words) {
    std::vector<std::string> copies = words;
    std::vector<char*> argv;
    argv.reserve(words.size() + 1);
    for (std::string& word : copies)
        argv.push_back(word.data());
    argv.push_back(nullptr);
    return mains.at(words[0])(static_cast<int>(words.size()), argv.data());
}

void install_programs(FakeKernel& kernel) {
    for (const auto& entry : mains)
        kernel.programs[entry.first] = run_program;
}

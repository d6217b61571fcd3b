// SPDX-License-Identifier: GPL-2.0-only
// The small programs, whole.
#include "fake_kernel.h"

#include <algorithm>
#include <ant/lib/process.h>
#include <cstdlib>
#include <unistd.h>

class ProgramsTest : public LibantTest {
protected:
    int run(const std::vector<std::string>& words) {
        kernel.output.clear();
        kernel.errors.clear();
        return run_program(words);
    }
};

TEST_F(ProgramsTest, Cat) {
    const std::string big = test_bytes(200'000);
    EXPECT_EQ(run({"cat", make_file("a", "one\n"), make_file("b", big), make_file("c", "")}), 0);
    EXPECT_EQ(kernel.output, "one\n" + big);
    EXPECT_EQ(run({"cat", "/nope", path("a")}), 1);
    EXPECT_EQ(kernel.errors, "cat: /nope: No such file or directory\n");
    EXPECT_EQ(kernel.output, "one\n") << "the others are shown";
    EXPECT_EQ(run({"cat", path("")}), 1);
    EXPECT_EQ(kernel.errors, "cat: " + path("") + ": Is a directory\n");
    EXPECT_EQ(run({"cat", "-u", path("a")}), 0);
    kernel.linux_error = ENXIO;
    EXPECT_EQ(run({"cat", path("a")}), 1);
    EXPECT_EQ(kernel.errors, "cat: " + path("a") + ": No such device or address\n");
    kernel.linux_error = 0;
    kernel.ica_limit = 0;
    EXPECT_EQ(run({"cat", path("a")}), 1);
    EXPECT_EQ(kernel.errors, "cat: ICA: Cannot allocate memory\n");
}

TEST_F(ProgramsTest, FilesAreClosed) {
    const std::string file = make_file("a", "x");
    run({"cat", file, file, file});
    size_t opened = 0;
    size_t closed = 0;
    for (const auto& record : kernel.linux_calls) {
        opened += record.lca.syscallno == 2 ? 1u : 0u;
        closed += record.lca.syscallno == 3 ? 1u : 0u;
    }
    EXPECT_EQ(opened, 3u);
    EXPECT_EQ(closed, 3u);
}

TEST_F(ProgramsTest, Sha256sum) {
    EXPECT_EQ(run({"sha256sum", make_file("a", "abc"), make_file("e", "")}), 0);
    EXPECT_EQ(kernel.output,
              "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  " + path("a") +
                  "\ne3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  " +
                  path("e") + "\n");
    EXPECT_EQ(run({"sha256sum", make_file("m", std::string(1'000'000, 'a'))}), 0);
    EXPECT_TRUE(kernel.output.starts_with(
        "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0  "));
    EXPECT_EQ(run({"sha256sum", "/nope"}), 1);
    EXPECT_EQ(kernel.errors, "sha256sum: /nope: No such file or directory\n");
}

TEST_F(ProgramsTest, Cp) {
    const std::string big = test_bytes(600'001);
    const std::string from = make_file("from", big);
    const std::string to = make_file("to", std::string(900'000, 'x'));
    EXPECT_EQ(run({"cp", from, to}), 0);
    EXPECT_EQ(content_of(to), big) << "the old, longer contents are gone";
    EXPECT_EQ(run({"cp", from, path("new")}), 0);
    EXPECT_EQ(content_of(path("new")), big);
    EXPECT_EQ(run({"cp", path("nope"), to}), 1);
    EXPECT_EQ(kernel.errors, "cp: cannot stat '" + path("nope") + "': No such file or directory\n");
    EXPECT_EQ(content_of(to), big) << "untouched";
    EXPECT_EQ(run({"cp", from, from}), 1);
    EXPECT_EQ(kernel.errors, "cp: '" + from + "' and '" + from + "' are the same file\n");
    EXPECT_EQ(content_of(from), big) << "not truncated";
    EXPECT_EQ(run({"cp", path(""), to}), 1);
    EXPECT_EQ(kernel.errors, "cp: -r not specified; omitting directory '" + path("") + "'\n");
    EXPECT_EQ(run({"cp", from, path("nope/x")}), 1);
    EXPECT_EQ(kernel.errors, "cp: cannot create regular file '" + path("nope/x") +
                                 "': No such file or directory\n");
    EXPECT_EQ(run({"cp", from}), 2);
}

TEST_F(ProgramsTest, Write) {
    const std::string file = path("f");
    EXPECT_EQ(run({"write", file, "hello", "world"}), 0);
    EXPECT_EQ(content_of(file), "hello world\n");
    EXPECT_EQ(run({"write", "-a", file, "more"}), 0);
    EXPECT_EQ(content_of(file), "hello world\nmore\n");
    EXPECT_EQ(run({"write", file, "-a"}), 0);
    EXPECT_EQ(content_of(file), "-a\n");
    EXPECT_EQ(run({"write", path(""), "x"}), 1);
    EXPECT_EQ(kernel.errors, "write: " + path("") + ": Is a directory\n");
    EXPECT_EQ(run({"write", file}), 2);
    EXPECT_EQ(run({"write", "-x", file, "x"}), 2);
}

TEST_F(ProgramsTest, Stat) {
    const std::string file = make_file("f", "12345");
    EXPECT_EQ(run({"stat", file}), 0);
    EXPECT_TRUE(kernel.output.starts_with("file: " + file + "\ntype: regular file\nsize: 5\n"))
        << kernel.output;
    struct stat host = {};
    ASSERT_EQ(::stat(file.c_str(), &host), 0);
    char lines[200];
    snprintf(lines, sizeof(lines), "\nino: %lu\n", host.st_ino);
    EXPECT_NE(kernel.output.find(lines), std::string::npos);
    snprintf(lines, sizeof(lines), "\nmode: %o\nnlink: 1\n", host.st_mode);
    EXPECT_NE(kernel.output.find(lines), std::string::npos);
    snprintf(lines, sizeof(lines), "\nmtime: %ld.%09ld\n", host.st_mtim.tv_sec,
             host.st_mtim.tv_nsec);
    EXPECT_NE(kernel.output.find(lines), std::string::npos);
    EXPECT_EQ(run({"stat", "/dev/null", path("nope")}), 1);
    EXPECT_NE(kernel.output.find("type: character device\n"), std::string::npos);
    EXPECT_EQ(kernel.errors,
              "stat: cannot stat '" + path("nope") + "': No such file or directory\n");
    ASSERT_EQ(symlink("f", path("link").c_str()), 0);
    EXPECT_EQ(run({"stat", path("link")}), 0);
    EXPECT_NE(kernel.output.find("type: symbolic link\nsize: 1\n"), std::string::npos);
    EXPECT_EQ(run({"stat", "-L", path("link")}), 0);
    EXPECT_NE(kernel.output.find("type: regular file\nsize: 5\n"), std::string::npos);
}

TEST_F(ProgramsTest, StatAsOneLikes) {
    const std::string file = make_file("f", "12345");
    ASSERT_EQ(symlink("f", path("link").c_str()), 0);
    for (const std::string& what : {file, path("link"), path(""), std::string("/dev/null")})
        for (const char* how : {"%a %A %b %B %d %f %g %G %h %i", "%n: %o %s %t %T %u %U",
                                "%x|%X|%y|%Y|%z|%Z", "100%% of %q%"}) {
            const std::string command =
                "TZ=UTC stat -c '" + std::string(how) + "' " + what + " >" + path("wanted");
            ASSERT_EQ(std::system(command.c_str()), 0);
            EXPECT_EQ(run({"stat", "-c", how, what}), 0);
            if (std::string_view(how).ends_with('%'))
                EXPECT_EQ(kernel.output, "100% of %q%\n");
            else
                EXPECT_EQ(kernel.output, content_of(path("wanted"))) << how;
        }
}

TEST_F(ProgramsTest, Hexdump) {
    const std::string file = make_file("f", "0123456789abcdef\n\x01\xff");
    EXPECT_EQ(run({"hexdump", file}), 0);
    EXPECT_EQ(kernel.output,
              "00000000  30 31 32 33 34 35 36 37  38 39 61 62 63 64 65 66  |0123456789abcdef|\n"
              "00000010  0a 01 ff                                          |...|\n"
              "00000013\n");
    EXPECT_EQ(run({"hexdump", "-s", "4", "-n", "0x2", file}), 0);
    EXPECT_EQ(kernel.output,
              "00000004  34 35                                             |45|\n00000006\n");
    EXPECT_EQ(run({"hexdump", "-s", "5000000000", file}), 0);
    EXPECT_EQ(kernel.output, "12a05f200\n");
    EXPECT_EQ(run({"hexdump", "-n", "x", file}), 2);
    EXPECT_EQ(run({"hexdump", "-n"}), 2);
    EXPECT_EQ(run({"hexdump"}), 2);
    EXPECT_EQ(run({"hexdump", "/nope"}), 1);
}

TEST_F(ProgramsTest, HexdumpOfAFileLongerThanItsBuffer) {
    const std::string file = make_file("f", test_bytes(65536 + 20));
    EXPECT_EQ(run({"hexdump", file}), 0);
    EXPECT_EQ(std::count(kernel.output.begin(), kernel.output.end(), '\n'), 4096 + 3);
    EXPECT_TRUE(kernel.output.ends_with("|\n00010014\n"));
}

TEST_F(ProgramsTest, GetpidAndNull) {
    EXPECT_EQ(run({"getpid"}), 0);
    EXPECT_GE(std::stoi(kernel.output), 1000);
    EXPECT_EQ(run({"null"}), 0);
    EXPECT_TRUE(kernel.output.starts_with("retval 0, ")) << kernel.output;
    EXPECT_TRUE(kernel.output.ends_with(" ns\n")) << kernel.output;
    kernel.linux_error = EIO;
    EXPECT_EQ(run({"getpid"}), 1);
    EXPECT_EQ(kernel.errors, "getpid: linux_call: Input/output error\n");
    EXPECT_EQ(run({"null"}), 1);
}

TEST_F(ProgramsTest, FiguresOfTheKernel) {
    EXPECT_EQ(run({"cores"}), 0);
    EXPECT_EQ(kernel.output.substr(0, 46), "1 m-kernel running=0 processes=1 idle_ms=5 run");
    EXPECT_NE(kernel.output.find("\n3 p-kernel "), std::string::npos);
    EXPECT_EQ(run({"kernels"}), 0);
    EXPECT_NE(kernel.output.find("m-kernel 0x40400000  80000    100   4096   30000\n"
                                 "shared by them: 3000000\n"),
              std::string::npos)
        << kernel.output;
    kernel.output.clear();
    EXPECT_EQ(run({"mem"}), 0);
    EXPECT_TRUE(kernel.output.starts_with("region_base: 0x40000000\nregion_size: 536870912\n"));
    EXPECT_EQ(run({"ps"}), 0);
    EXPECT_NE(kernel.output.find("    1      0    1 running         40      8           3        4 "
                                 "antsh  (waits for Linux since 300 s in read)\n"),
              std::string::npos)
        << kernel.output;
    EXPECT_EQ(run({"devices"}), 0);
    EXPECT_EQ(kernel.output,
              "00:05.0 1234:11e8 class=00ff00 bar0=0xfea00000+0x100000 driver=7 interrupts=3\n");
}

TEST_F(ProgramsTest, Klog) {
    for (int i = 0; i < 500; i++)
        kernel.klog += "[    1.00000" + std::to_string(i) +
                       "] core 1: " + (i % 100 == 7 ? "warning" : "info") + ": line\n";
    EXPECT_EQ(run({"klog"}), 0);
    EXPECT_EQ(kernel.output, kernel.klog);
    EXPECT_EQ(run({"klog", "-n", "1"}), 0);
    EXPECT_EQ(kernel.output, "[    1.00000499] core 1: info: line\n");
    EXPECT_EQ(run({"klog", "-l", "warning", "-n", "2"}), 0);
    EXPECT_EQ(kernel.output, "[    1.00000307] core 1: warning: line\n"
                             "[    1.00000407] core 1: warning: line\n");
    EXPECT_EQ(run({"klog", "-l", "error"}), 0);
    EXPECT_EQ(kernel.output, "");
    for (const std::vector<std::string>& bad : std::vector<std::vector<std::string>>{
             {"klog", "x"}, {"klog", "-l"}, {"klog", "-l", "loud"}, {"klog", "-n", "x"}})
        EXPECT_EQ(run(bad), 2);
}

TEST_F(ProgramsTest, Sleep) {
    EXPECT_EQ(run({"sleep", "2.25"}), 0);
    EXPECT_EQ(kernel.slept_ns, 2'250'000'000u);
    EXPECT_EQ(run({"sleep", "0.0000000019"}), 0);
    EXPECT_EQ(kernel.slept_ns, 2'250'000'001u);
    EXPECT_EQ(run({"sleep", "10"}), 0);
    EXPECT_EQ(kernel.slept_ns, 12'250'000'001u);
    for (const char* bad : {"", "x", "1.x", "-1", ".", "99999999999999999999"})
        EXPECT_EQ(run({"sleep", bad}), 2) << bad;
}

TEST_F(ProgramsTest, Kill) {
    kernel.programs["p"] = [](const auto&) { return 0; };
    const char* words[] = {"p"};
    ASSERT_EQ(ant::spawn(words), 2);
    EXPECT_EQ(run({"kill", "2"}), 0);
    EXPECT_EQ(kernel.killed, std::vector<int>{2});
    EXPECT_EQ(run({"kill", "77"}), 1);
    EXPECT_EQ(kernel.errors, "kill: 77: No such process\n");
    for (const char* bad : {"x", "0", "-1", "99999999999"})
        EXPECT_EQ(run({"kill", bad}), 2) << bad;
}

TEST_F(ProgramsTest, KillByTheNameOfASignal) {
    kernel.programs["p"] = [](const auto&) { return 0; };
    const char* words[] = {"p"};
    std::vector<int> killed;
    for (const auto& signal : std::vector<std::vector<std::string>>{
             {"-9"}, {"-KILL"}, {"-SIGTERM"}, {"-s", "INT"}, {"--"}}) {
        killed.push_back(ant::spawn(words));
        std::vector<std::string> line = {"kill"};
        line.insert(line.end(), signal.begin(), signal.end());
        line.push_back(std::to_string(killed.back()));
        EXPECT_EQ(run(line), 0) << signal[0];
        EXPECT_EQ(kernel.killed, killed);
    }
    EXPECT_EQ(run({"kill", "-0", "1"}), 0) << "it is there";
    EXPECT_EQ(run({"kill", "-0", "77"}), 1);
    EXPECT_EQ(kernel.errors, "kill: 77: No such process\n");
    for (const char* bad : {"-STOP", "-7", "-s", "-"})
        EXPECT_EQ(run({"kill", bad, "1"}), 2) << bad;
    EXPECT_EQ(kernel.killed, killed);
    EXPECT_EQ(run({"ps", "-ef"}) + run({"ps", "-A"}), 0);
    EXPECT_EQ(run({"ps", "aux"}), 2);
}

TEST_F(ProgramsTest, TrueFalseEcho) {
    EXPECT_EQ(run({"true"}), 0);
    EXPECT_EQ(run({"false"}), 1);
    EXPECT_EQ(run({"echo", "a", "b"}), 0);
    EXPECT_EQ(kernel.output, "a b\n");
    EXPECT_EQ(run({"echo", "", "a", ""}), 0);
    EXPECT_EQ(kernel.output, " a \n");
    EXPECT_EQ(run({"echo"}), 0);
    EXPECT_EQ(kernel.output, "\n");
    EXPECT_EQ(run({"echo", "-n", "a", "-n"}), 0);
    EXPECT_EQ(kernel.output, "a -n");
    EXPECT_EQ(run({"echo", "-x", "--"}), 0);
    EXPECT_EQ(kernel.output, "-x --\n");
    EXPECT_EQ(run({"echo", std::string(10'000, 'x')}), 1);
    EXPECT_EQ(kernel.errors, "echo: standard output: Argument list too long\n");
    EXPECT_EQ(run({"crash"}), 2);
    EXPECT_EQ(run({"crash", "gently"}), 2);
}

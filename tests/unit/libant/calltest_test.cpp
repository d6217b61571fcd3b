// SPDX-License-Identifier: GPL-2.0-only
// calltest, the tool of the system tests, against the host's own answers.
#include "fake_kernel.h"

#include <ant/lib/sha256.h>
#include <sys/stat.h>
#include <sys/syscall.h>

class CalltestTest : public LibantTest {
protected:
    /// Runs calltest with words that are separated by single spaces.
    int run(const std::string& line) {
        std::vector<std::string> words = {"calltest"};
        std::istringstream stream(line);
        for (std::string word; stream >> word;)
            words.push_back(word);
        kernel.output.clear();
        kernel.errors.clear();
        return run_program(words);
    }

    static std::string digest(const std::string& data) {
        ant::Sha256 sha256;
        sha256.update(data.data(), data.size());
        return ant::Sha256::text(sha256.finish()).data();
    }
};

TEST_F(CalltestTest, ReadsAtAnyPlaceIntoAnyMemory) {
    const std::string content = test_bytes(300'000);
    const std::string file = make_file("f", content);
    for (const std::string place : {"ica", "private"}) {
        for (const std::string offset : {"0", "1", "4095"}) {
            for (const size_t length : {0u, 1u, 4095u, 4096u, 4097u, 262'145u}) {
                EXPECT_EQ(run("-b " + place + " -o " + offset + " open " + file +
                              " r , lseek @ 5 set , read @ " + std::to_string(length) +
                              " , close @"),
                          0);
                const size_t end = kernel.output.find("\nread ");
                EXPECT_NE(end, std::string::npos);
                EXPECT_EQ(kernel.output.substr(end + 1),
                          "read retval=" + std::to_string(length) + " sha256=" +
                              digest(content.substr(5, length)) + "\nclose retval=0\n");
            }
        }
    }
}

TEST_F(CalltestTest, Writes) {
    const std::string file = path("w");
    EXPECT_EQ(run("-b private -o 7 open " + file + " wct 600 , write @ 5000 9 , close @"), 0);
    EXPECT_EQ(content_of(file), test_bytes(5000, 9));
    EXPECT_NE(kernel.output.find("write retval=5000 sha256=" + digest(test_bytes(5000, 9)) + "\n"),
              std::string::npos);
    struct stat host = {};
    ASSERT_EQ(::stat(file.c_str(), &host), 0);
    EXPECT_EQ(host.st_mode & 0777, 0600u);
    EXPECT_EQ(run("open " + file + " wx"), 0);
    EXPECT_EQ(run("open " + file + " wcx"), 0);
    EXPECT_EQ(kernel.output, "open retval=-17 errno=EEXIST\n");
    EXPECT_EQ(run("open " + file + " ra , write @ 1 0"), 0);
    EXPECT_TRUE(kernel.output.ends_with("write retval=-9 errno=EBADF\n"));
}

TEST_F(CalltestTest, ErrorsAndBigOffsets) {
    const std::string file = make_file("f", "x");
    EXPECT_EQ(run("open /nope r , read 77 1 , lseek 77 0 end , fstat -1 , stat /nope , close 0"),
              0);
    EXPECT_EQ(kernel.output, "open retval=-2 errno=ENOENT\n"
                             "read retval=-9 errno=EBADF\n"
                             "lseek retval=-9 errno=EBADF\n"
                             "fstat retval=-9 errno=EBADF\n"
                             "stat retval=-2 errno=ENOENT\n"
                             "close retval=-9 errno=EBADF\n");
    EXPECT_EQ(run("open " + file +
                  " r , lseek @ 5000000000 set , read @ 10 , lseek @ 0 9 , "
                  "lseek @ -1 set"),
              0);
    EXPECT_NE(
        kernel.output.find("lseek retval=5000000000\nread retval=0 sha256=" + digest("") +
                           "\nlseek retval=-22 errno=EINVAL\nlseek retval=-22 errno=EINVAL\n"),
        std::string::npos)
        << kernel.output;
}

TEST_F(CalltestTest, StatAndDirectories) {
    const std::string file = make_file("f", "12345");
    EXPECT_EQ(run("stat " + file), 0);
    EXPECT_TRUE(kernel.output.starts_with("stat retval=0 dev=")) << kernel.output;
    EXPECT_NE(kernel.output.find(" size=5 "), std::string::npos);
    const std::string by_path = kernel.output.substr(kernel.output.find("retval"));
    EXPECT_EQ(run("open " + file + " r , fstat @"), 0);
    EXPECT_TRUE(kernel.output.ends_with("fstat " + by_path));
    EXPECT_EQ(run("open " + path("") + " rd , getdents @ 4096 , getdents @ 4096 , getdents @ 1"),
              0);
    EXPECT_NE(kernel.output.find(" entries=3\ngetdents retval=0 entries=0\n"), std::string::npos)
        << kernel.output;
    EXPECT_EQ(run("open " + path("") + " rd , getdents @ 1"), 0);
    EXPECT_TRUE(kernel.output.ends_with("getdents retval=-22 errno=EINVAL\n"));
}

TEST_F(CalltestTest, ContinueFlagPerCall) {
    EXPECT_EQ(run("null , end getpid , end null"), 0);
    ASSERT_EQ(kernel.linux_calls.size(), 3u);
    EXPECT_EQ(kernel.linux_calls[0].lca.cflag, ANTLINUX_CFLAG_CONTINUE);
    EXPECT_EQ(kernel.linux_calls[1].lca.cflag, ANTLINUX_CFLAG_END);
    const std::string file = make_file("f", "x");
    EXPECT_EQ(run("open " + file + " r , end null , read @ 1"), 0);
    EXPECT_TRUE(kernel.output.ends_with("null retval=0\nread retval=-9 errno=EBADF\n"))
        << "the file went with its proxy: " << kernel.output;
}

TEST_F(CalltestTest, RepetitionsAndSeveralLcas) {
    const std::string file = make_file("f", test_bytes(5000));
    EXPECT_EQ(run("-n 50 -l 5 open " + file + " r , read @ 5000 , close @"), 0);
    EXPECT_TRUE(kernel.output.ends_with("repetitions=50 equal\n"));
    std::set<uint64_t> lcas;
    for (const auto& record : kernel.linux_calls)
        lcas.insert(record.lca_address);
    EXPECT_EQ(lcas.size(), 5u);
}

TEST_F(CalltestTest, ADifferentRepetitionIsReported) {
    const std::string file = make_file("f", test_bytes(5000));
    int reads = 0;
    kernel.linux_answer = [&](const antlinux_lca& lca) -> std::optional<int64_t> {
        if (lca.syscallno == SYS_read && ++reads == 7)
            return 4999;
        return std::nullopt;
    };
    EXPECT_EQ(run("-n 50 open " + file + " r , read @ 5000 , close @"), 1);
    EXPECT_NE(kernel.output.find("repetition 7 differs:\n"), std::string::npos) << kernel.output;
}

TEST_F(CalltestTest, BytesBesideTheBufferAreNoticed) {
    for (const int64_t beside : {-1, 100}) {
        kernel.linux_answer = [&](const antlinux_lca& lca) -> std::optional<int64_t> {
            if (lca.syscallno != SYS_read)
                return std::nullopt;
            *reinterpret_cast<char*>(static_cast<int64_t>(lca.args[1]) + beside) = 'x';
            return 100;
        };
        EXPECT_EQ(run("read 5 100"), 1);
        EXPECT_NE(kernel.output.find("broken guards"), std::string::npos);
    }
    kernel.linux_answer = [](const antlinux_lca& lca) -> std::optional<int64_t> {
        if (lca.syscallno != SYS_read)
            return std::nullopt;
        *reinterpret_cast<char*>(lca.args[1] + 50) = 'x';
        return 50; // and yet wrote behind them
    };
    EXPECT_EQ(run("read 5 100"), 1);
}

TEST_F(CalltestTest, RawCalls) {
    const std::string file = make_file("f", "hello");
    EXPECT_EQ(run("raw 2 text:" + file +
                  " 0 , raw 9999 , raw 0 5 0x1000 10 , raw 0x80000000 , "
                  "raw 4 lca 18446744073709551615"),
              0);
    EXPECT_TRUE(kernel.output.starts_with("raw retval=")) << kernel.output;
    EXPECT_TRUE(kernel.output.ends_with("raw retval=-38 errno=ENOSYS\n"
                                        "raw retval=-14 errno=EFAULT\n"
                                        "raw retval=0\n"
                                        "raw retval=-14 errno=EFAULT\n"))
        << kernel.output;
    EXPECT_EQ(kernel.linux_calls[4].lca.args[1], UINT64_MAX);
}

TEST_F(CalltestTest, BadLcas) {
    EXPECT_EQ(run("badlca private , badlca unaligned , badlca magic , badlca null"), 0);
    EXPECT_EQ(kernel.output, "badlca retval=-14 errno=EFAULT\n"
                             "badlca retval=-22 errno=EINVAL\n"
                             "badlca retval=-22 errno=EINVAL\n"
                             "badlca retval=-14 errno=EFAULT\n");
}

TEST_F(CalltestTest, WrongWords) {
    for (const char* line :
         {"", "-n 0 null", "-b nowhere null", "-o 4096 null", "-l 17 null", "-z null"})
        EXPECT_EQ(run(line), 2) << line;
    for (const char* line :
         {"nul", "open", "open x", "open x z", "open x r 9", "read @", "read x 1", "read @ -1",
          "lseek @ 0 middle", "end", ",", "null , , null", "badlca gently", "raw x", "write @ 1 x"})
        EXPECT_EQ(run(line), 1) << line;
    EXPECT_EQ(run("read 5 999999999999"), 1);
    EXPECT_EQ(kernel.errors, "calltest: buffer: Cannot allocate memory\n");
}

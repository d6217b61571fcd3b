// SPDX-License-Identifier: GPL-2.0-only
// The control channel's language.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "userland/agent/protocol.h"

namespace antlinux {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(RequestParser, TakesLinesInPiecesOfAnySize) {
    const std::string input = "run echo hi\nrun ls  /\n";
    for (std::size_t piece = 1; piece <= input.size(); ++piece) {
        RequestParser parser;
        std::vector<Request> all;
        for (std::size_t at = 0; at < input.size(); at += piece)
            for (auto& request : parser.feed(std::string_view(input).substr(at, piece)))
                all.push_back(std::move(request));
        EXPECT_THAT(all, ElementsAre(RunRequest{"echo hi"}, RunRequest{"ls  /"})) << piece;
    }
}

TEST(RequestParser, AnInterruptComesAtAnyTimeAndDropsTheLine) {
    RequestParser parser;
    EXPECT_THAT(parser.feed("\x03"), ElementsAre(InterruptRequest{}));
    EXPECT_THAT(parser.feed("run sl\x03run ls\n"),
                ElementsAre(InterruptRequest{}, RunRequest{"ls"}));
}

TEST(RequestParser, EmptyLinesAndCarriageReturnsAreForgiven) {
    RequestParser parser;
    EXPECT_THAT(parser.feed("\n\nrun a\r\n"), ElementsAre(RunRequest{"a"}));
}

TEST(RequestParser, OtherLinesAreReportedAndDoNoHarm) {
    RequestParser parser;
    EXPECT_THAT(parser.feed("rnu x\nrun\nrun y\n"),
                ElementsAre(UnknownRequest{"rnu x"}, UnknownRequest{"run"}, RunRequest{"y"}));
}

TEST(RequestParser, ALineWithoutEndDoesNotGrowForEver) {
    RequestParser parser;
    EXPECT_THAT(parser.feed("run " + std::string(2 * RequestParser::max_line, 'x')), IsEmpty());
    const auto requests = parser.feed("\nrun y\n");
    ASSERT_EQ(requests.size(), 2U);
    const auto* unknown = std::get_if<UnknownRequest>(requests.data());
    ASSERT_NE(unknown, nullptr);
    EXPECT_EQ(unknown->line.size(), RequestParser::max_line);
    EXPECT_EQ(requests[1], Request{RunRequest{"y"}});
}

TEST(RequestParser, ResetForgetsAHalfLine) {
    RequestParser parser;
    EXPECT_THAT(parser.feed("run rm -r"), IsEmpty());
    parser.reset();
    EXPECT_THAT(parser.feed("run ls\n"), ElementsAre(RunRequest{"ls"}));
}

TEST(Frames, SayHowManyBytesFollow) {
    EXPECT_EQ(output_frame(Stream::out, "ab\ncd"), "out 5\nab\ncd");
    EXPECT_EQ(output_frame(Stream::err, std::string_view("\0x", 2)), std::string("err 2\n\0x", 8));
    EXPECT_EQ(end_frame(255), "end 255\n");
}

} // namespace
} // namespace antlinux

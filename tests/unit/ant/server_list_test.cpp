// SPDX-License-Identifier: GPL-2.0-only
// etc/servers becomes the arguments of init.
#include "ant/mkernel/server_list.h"

#include <array>

#include "support.h"

namespace ant {
namespace {

using namespace std::string_view_literals;

std::array<char, 64> buffer{};

TEST(ServerList, NamesInTheirOrder) {
    EXPECT_EQ(init_arguments("names\nedu\n", buffer).value(), "init\0names\0edu\0"sv);
    EXPECT_EQ(init_arguments("names\t edu", buffer).value(), "init\0names\0edu\0"sv);
}

TEST(ServerList, Comments) {
    EXPECT_EQ(init_arguments("# what\n\n  names# the first\r\n#\nedu #", buffer).value(),
              "init\0names\0edu\0"sv);
}

TEST(ServerList, Empty) {
    for (const auto list : {""sv, " \n\t"sv, "#"sv, "# nothing\n"sv})
        EXPECT_EQ(init_arguments(list, buffer).value(), "init\0"sv);
}

TEST(ServerList, WhatDoesNotFitIsAnError) {
    EXPECT_EQ(init_arguments(std::string(60, 'x'), buffer).error(), Errno::e2big);
    EXPECT_TRUE(init_arguments(std::string(58, 'x'), buffer).is_ok());
    EXPECT_EQ(init_arguments(std::string(58, 'x') + " y", buffer).error(), Errno::e2big);
    EXPECT_EQ(init_arguments("names", std::span<char>{}).error(), Errno::e2big);
}

TEST(ServerList, NoHiddenArguments) {
    EXPECT_EQ(init_arguments("na\0mes"sv, buffer).error(), Errno::einval);
}

} // namespace
} // namespace ant

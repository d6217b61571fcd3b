// SPDX-License-Identifier: GPL-2.0-only
// The table of system calls: every entry says what it is for, and is served where it says.
#include <cerrno>
#include <cstring>
#include <set>

#include "ant/base/system_call.h"
#include "ant/core/core.h"
#include "core_pairs.h"

namespace ant::test {

namespace {

struct Entry {
    const char* name;
    const char* purpose;
    bool is_internal;
};

#define CALL(name, purpose, ...) {#name, purpose, false},
#define INTERNAL(name, purpose, ...) {#name, purpose, true},
constexpr Entry entries[] = {ANT_SYSTEM_CALLS(CALL, CALL, CALL, INTERNAL)};
#undef CALL
#undef INTERNAL

TEST(SystemCalls, EachSaysWhatItIsFor) {
    std::set<std::string> purposes;
    for (const Entry& entry : entries) {
        EXPECT_GT(std::strlen(entry.name), 3u);
        EXPECT_GT(std::strlen(entry.purpose), 15u) << entry.name;
        EXPECT_TRUE(purposes.insert(entry.purpose).second) << entry.name;
    }
    const std::size_t message_kinds = static_cast<std::size_t>(MessageKind::notice) + 1;
    EXPECT_LE(std::size(entries) + message_kinds, 50u) << "is there one for it already?";
}

TEST(SystemCalls, ArgumentsComeOutAsTheyWentIn) {
    const CallWords words = Call<SystemCall::receive>::words(UserPointer<ant_message>{0x1234},
                                                             Nanoseconds{0x1'0000'0002});
    EXPECT_EQ(words, (CallWords{0x1234, 2, 1, 0}));
    const auto [message, patience] = Call<SystemCall::receive>::arguments(words);
    EXPECT_EQ(message.value(), 0x1234u);
    EXPECT_EQ(patience, (Nanoseconds{0x1'0000'0002}));
    EXPECT_EQ(Call<SystemCall::trace>::arguments({2}), std::tuple{true});
    EXPECT_EQ(Call<SystemCall::kill>::arguments({7, 8, 9}), std::tuple{ProcessNumber{7}});
}

class SystemCallsOn : public MachineTest, public testing::WithParamInterface<CoreNumber> {};
INSTANTIATE_TEST_SUITE_P(, SystemCallsOn, testing::Values(m_core, p_core));

TEST_P(SystemCallsOn, EachIsServedButTheInternalOnes) {
    std::uint32_t tried = 0;
    machine.start(GetParam(), [&](User& user) {
        for (std::uint32_t number = 0; number < std::size(entries); ++number) {
            if (SystemCall{number} == SystemCall::exit)
                continue;
            EXPECT_EQ(user.call(SystemCall{number}) == -ENOSYS, entries[number].is_internal)
                << entries[number].name;
            ++tried;
        }
        EXPECT_EQ(user.call(SystemCall{std::size(entries)}), -ENOSYS);
        EXPECT_EQ(user.call(SystemCall{~0u}), -ENOSYS);
    });
    machine.run_for(milliseconds(1)); // it sleeps, too
    EXPECT_EQ(tried, std::size(entries) - 1);
}

} // namespace

} // namespace ant::test

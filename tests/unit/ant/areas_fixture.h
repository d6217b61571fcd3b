// SPDX-License-Identifier: GPL-2.0-only
// A client and a server on a pair of cores that give one another ICA areas.
#pragma once

#include "ant/core/ica.h"
#include "ant/core/region.h"
#include "core_pairs.h"

namespace ant::test {

inline constexpr std::uint32_t some_pages = 3 * page_size;

inline ant_message with_area(std::uint32_t address, std::uint32_t use) {
    ant_message message{};
    message.area_count = 1;
    message.areas[0] = {.address = address, .size = 0, .use = use};
    return message;
}

inline ProcessNumber owner_of(std::uint32_t area) {
    const auto found = LockedIca()->find(PhysicalAddress{area});
    return found ? found->owner : ProcessNumber{};
}

// Who may use it, as Linux reads it.
inline ProcessNumber user_of(std::uint32_t area) {
    const antlinux_areas& shared = region_areas();
    const std::uint32_t page = (PhysicalAddress{area} - LockedIca()->ica().base) / page_size;
    return ProcessNumber{shared.user[shared.area[page]]};
}

class MessageAreasTest : public MachineTest, public testing::WithParamInterface<CorePair> {
protected:
    ProcessNumber client(Program program) {
        return machine.start(GetParam().client, std::move(program));
    }
    ProcessNumber server(Program program) {
        return machine.start(GetParam().server, std::move(program), ANT_PRIORITY_SERVER);
    }

    std::vector<std::int32_t> results;
    std::uint32_t area = 0;
};

inline std::uint32_t new_area(User& user, std::uint32_t bytes = some_pages) {
    const std::int32_t result = user.ica_map(bytes);
    EXPECT_GT(result, 0);
    return static_cast<std::uint32_t>(result);
}

} // namespace ant::test

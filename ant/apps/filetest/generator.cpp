// SPDX-License-Identifier: GPL-2.0-only
// Random operations; see generator.h.
#include "generator.h"

#include <ant/lib/fcntl.h>

namespace ant {

namespace {

using Kind = Operation::Kind;

struct Weight {
    Kind kind;
    uint32_t weight;
};
constexpr Weight weights[] = {
    {Kind::open, 12},     {Kind::close, 6},  {Kind::dup, 2},     {Kind::read, 10},
    {Kind::write, 12},    {Kind::pread, 12}, {Kind::pwrite, 12}, {Kind::lseek, 8},
    {Kind::ftruncate, 3}, {Kind::fsync, 1},  {Kind::fstat, 3},   {Kind::truncate, 3},
    {Kind::rename, 5},    {Kind::unlink, 3}, {Kind::mkdir, 3},   {Kind::rmdir, 1},
    {Kind::stat, 3},      {Kind::list, 1},
};
constexpr uint32_t total_weight = [] {
    uint32_t sum = 0;
    for (const Weight& weight : weights)
        sum += weight.weight;
    return sum;
}();
static_assert(std::size(weights) == Operation::kinds);

Kind random_kind(Random& random) {
    uint32_t number = random.below(total_weight);
    const Weight* weight = weights;
    while (number >= weight->weight)
        number -= (weight++)->weight;
    return weight->kind;
}

FilePath random_path(Random& random) {
    const bool deep = random.below(2) == 0;
    return {static_cast<uint8_t>(deep ? 1 + random.below(FilePath::names) : 0),
            static_cast<uint8_t>(1 + random.below(FilePath::names))};
}

/// A slot that is open (or closed) if a few tries find one: now and then a wrong one, too.
uint8_t random_slot(Random& random, const Model& model, bool open) {
    uint8_t slot = 0;
    for (int tries = 0; tries < 8; tries++) {
        slot = static_cast<uint8_t>(random.below(Operation::slots));
        if (model.is_open(slot) == open)
            break;
    }
    return slot;
}

uint32_t random_flags(Random& random) {
    const auto one_of = [&](uint32_t bound) { return random.below(bound) == 0; };
    if (one_of(6))
        return one_of(4) ? O_RDONLY | O_CREAT : O_RDONLY;
    uint32_t flags = one_of(4) ? O_WRONLY : O_RDWR;
    if (!one_of(4))
        flags |= O_CREAT;
    if ((flags & O_CREAT) != 0 && one_of(8))
        flags |= O_EXCL;
    if (one_of(6))
        flags |= O_TRUNC;
    if (one_of(6))
        flags |= O_APPEND;
    return flags;
}

/// Mostly short, around pages' and the bounce buffer's borders, sometimes long.
uint32_t random_length(Random& random) {
    constexpr uint32_t borders[] = {0, 1, 4096, 8192, 65536, 262144};
    switch (random.below(16)) {
    case 0:
        return borders[random.below(std::size(borders))] + random.below(3);
    case 1:
        return random.below(70'000);
    case 2:
    case 3:
    case 4:
        return random.below(9'000);
    default:
        return 1 + random.below(600);
    }
}

int64_t random_offset(Random& random, size_t size) {
    const auto end = static_cast<uint32_t>(size);
    switch (random.below(8)) {
    case 0:
        return end; // append
    case 1:
        return end + random.below(9'000); // leaves a hole
    case 2:
        return int64_t{4096} * random.below(end / 4096 + 1);
    default:
        return random.below(end + 1);
    }
}

int64_t random_distance(Random& random, uint32_t whence, size_t size) {
    if (random.below(32) == 0)
        return -1 - int64_t{random.below(1000)}; // before the start, mostly
    if (whence == SEEK_SET)
        return random_offset(random, size);
    return int64_t{random.below(2'000)} - (whence == SEEK_CUR ? 1'000 : 1'900);
}

} // namespace

Operation random_operation(Random& random, const Model& model) {
    Operation operation;
    operation.kind = random_kind(random);
    operation.slot = random_slot(random, model, operation.kind != Kind::open);
    const size_t file = model.file_of(operation.slot);
    const size_t size = file == Model::nowhere ? 0 : model.content(file).size();
    for (const char field : fields_of(operation.kind)) {
        switch (field) {
        case 'S':
            operation.other_slot = random_slot(random, model, false);
            break;
        case 'p':
            operation.path = random_path(random);
            break;
        case 'P':
            operation.other_path = random_path(random);
            break;
        case 'f':
            operation.flags = random_flags(random);
            break;
        case 'w':
            operation.flags = random.below(3);
            operation.offset = random_distance(random, operation.flags, size);
            break;
        case 'o':
            operation.offset = random_offset(random, size);
            break;
        case 'l':
            operation.length = random_length(random);
            break;
        case 'd':
            operation.seed = random.below(1'000'000);
            break;
        case 'b':
            operation.in_ica = random.below(2) == 0;
            operation.misalignment =
                static_cast<uint8_t>(random.below(2) == 0 ? 0 : random.below(64));
            break;
        default:
            break;
        }
    }
    // What truncates goes up and down around what is there.
    if (operation.kind == Kind::ftruncate)
        operation.length = static_cast<uint32_t>(random_offset(random, size));
    return operation;
}

} // namespace ant

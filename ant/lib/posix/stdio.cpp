// SPDX-License-Identifier: GPL-2.0-only
// <stdio.h>: output is not buffered beyond one call, as in ant/lib/stdio.h; input is. A FILE is the
// C library's structure, of which only these members are used.
#include <ant/lib/errno.h>
#include <ant/lib/stdio.h>
#include <ant/lib/stdlib.h>
#include <ant/lib/string.h>
#include <ant/lib/unistd.h>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>

namespace {

constexpr size_t input_bytes = 4096;
constexpr int at_end = 1; // _flags
constexpr int failed = 2;

constexpr FILE standard(int descriptor) {
    FILE file = {};
    file._fileno = descriptor;
    return file;
}

constinit FILE standard_files[] = {standard(0), standard(1), standard(2)};

size_t buffered(const FILE* file) {
    return static_cast<size_t>(file->_IO_read_end - file->_IO_read_ptr);
}

/// True: at least one byte is in the buffer.
bool fill(FILE* file) {
    if (buffered(file) > 0)
        return true;
    if (file->_IO_buf_base == nullptr)
        file->_IO_buf_base = static_cast<char*>(ant::malloc(input_bytes));
    if (file->_IO_buf_base == nullptr) {
        file->_flags |= failed;
        return false;
    }
    const auto count = ant::read(file->_fileno, file->_IO_buf_base, input_bytes);
    file->_flags |= count == 0 ? at_end : count < 0 ? failed : 0;
    file->_IO_read_ptr = file->_IO_buf_base;
    file->_IO_read_end = file->_IO_buf_base + (count > 0 ? count : 0);
    return count > 0;
}

/// open()'s flags for fopen()'s mode; -1: none.
int flags_of(const char* mode) {
    int flags = ant::strchr(mode, '+') != nullptr ? O_RDWR : *mode == 'r' ? O_RDONLY : O_WRONLY;
    if (*mode == 'w')
        flags |= O_CREAT | O_TRUNC;
    else if (*mode == 'a')
        flags |= O_CREAT | O_APPEND;
    else if (*mode != 'r')
        return -1;
    flags |= ant::strchr(mode, 'x') != nullptr ? O_EXCL : 0;
    flags |= ant::strchr(mode, 'e') != nullptr ? O_CLOEXEC : 0;
    return flags;
}

} // namespace

extern "C" {

FILE* stdin = &standard_files[0];
FILE* stdout = &standard_files[1];
FILE* stderr = &standard_files[2];

FILE* fopen(const char* path, const char* mode) {
    const int flags = flags_of(mode);
    if (flags < 0) {
        ant::last_error = EINVAL;
        return nullptr;
    }
    auto* file = static_cast<FILE*>(ant::calloc(1, sizeof(FILE)));
    if (file == nullptr)
        return nullptr;
    file->_fileno = ant::open(path, flags, 0666);
    if (file->_fileno >= 0)
        return file;
    ant::free(file);
    return nullptr;
}
int fclose(FILE* file) {
    const int result = ant::close(file->_fileno);
    ant::free(file->_IO_buf_base);
    file->_IO_buf_base = file->_IO_read_ptr = file->_IO_read_end = nullptr;
    if (file < standard_files || file >= std::end(standard_files))
        ant::free(file);
    return result == 0 ? 0 : EOF;
}
int fflush(FILE*) { return 0; } // nothing waits
int fileno(FILE* file) noexcept { return file->_fileno; }
int feof(FILE* file) noexcept { return file->_flags & at_end; }
int ferror(FILE* file) noexcept { return file->_flags & failed; }
void clearerr(FILE* file) noexcept { file->_flags = 0; }

int fgetc(FILE* file) {
    return fill(file) ? static_cast<unsigned char>(*file->_IO_read_ptr++) : EOF;
}
int getc(FILE* file) { return fgetc(file); }
int getchar() { return fgetc(stdin); }
char* fgets(char* text, int size, FILE* file) {
    int length = 0;
    while (length < size - 1) {
        const int c = fgetc(file);
        if (c == EOF)
            break;
        text[length++] = static_cast<char>(c);
        if (c == '\n')
            break;
    }
    if (length == 0 || ferror(file) != 0)
        return nullptr;
    text[length] = '\0';
    return text;
}
size_t fread(void* data, size_t size, size_t count, FILE* file) {
    const size_t wanted = size * count;
    size_t done = 0;
    while (done < wanted && fill(file)) {
        const size_t chunk = buffered(file) < wanted - done ? buffered(file) : wanted - done;
        ant::memcpy(static_cast<char*>(data) + done, file->_IO_read_ptr, chunk);
        file->_IO_read_ptr += chunk;
        done += chunk;
    }
    return wanted > 0 ? done / size : 0;
}

size_t fwrite(const void* data, size_t size, size_t count, FILE* file) {
    if (size * count == 0)
        return 0;
    if (ant::write_all(file->_fileno, data, size * count) == 0)
        return count;
    file->_flags |= failed;
    return 0;
}
int fputs(const char* text, FILE* file) {
    const size_t length = ant::strlen(text);
    return length == 0 || fwrite(text, length, 1, file) == 1 ? 1 : EOF;
}
int fputc(int c, FILE* file) {
    const auto byte = static_cast<unsigned char>(c);
    return fwrite(&byte, 1, 1, file) == 1 ? byte : EOF;
}
int putc(int c, FILE* file) { return fputc(c, file); }
int putchar(int c) { return fputc(c, stdout); }
int puts(const char* text) { return ant::puts(text) == 0 ? 1 : EOF; }
void perror(const char* subject) { ant::perror(subject); }

int vfprintf(FILE* file, const char* format, va_list arguments) {
    return ant::vdprintf(file->_fileno, format, arguments);
}
int vprintf(const char* format, va_list arguments) {
    return ant::vdprintf(ant::standard_output, format, arguments);
}
int fprintf(FILE* file, const char* format, ...) {
    va_list arguments{};
    va_start(arguments, format);
    const int result = ant::vdprintf(file->_fileno, format, arguments);
    va_end(arguments);
    return result;
}
int printf(const char* format, ...) {
    va_list arguments{};
    va_start(arguments, format);
    const int result = ant::vdprintf(ant::standard_output, format, arguments);
    va_end(arguments);
    return result;
}
int dprintf(int descriptor, const char* format, ...) {
    va_list arguments{};
    va_start(arguments, format);
    const int result = ant::vdprintf(descriptor, format, arguments);
    va_end(arguments);
    return result;
}
int vsnprintf(char* text, size_t size, const char* format, va_list arguments) noexcept {
    return ant::vsnprintf(text, size, format, arguments);
}
int snprintf(char* text, size_t size, const char* format, ...) noexcept {
    va_list arguments{};
    va_start(arguments, format);
    const int result = ant::vsnprintf(text, size, format, arguments);
    va_end(arguments);
    return result;
}

} // extern "C"

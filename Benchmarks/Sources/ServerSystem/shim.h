#include <argon2.h>
#include <stddef.h>
#include <sys/epoll.h>

/* In every libc, but shown only to who asks for GNU's. */
void *memmem(const void *haystack, size_t size, const void *needle, size_t length);

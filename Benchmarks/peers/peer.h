// What the C peers share: files, the loop, the clock. Usage: PROGRAM FIXTURE ALGORITHM-verify|sign [--count N]
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const char *fixture;

static void must(int good, const char *what) {
    if (!good) {
        fprintf(stderr, "%s failed\n", what);
        exit(1);
    }
}

static char *read_file(const char *name, size_t *count) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", fixture, name);
    FILE *file = fopen(path, "rb");
    if (file == NULL) exit(2);
    char *text = calloc(1, 65536);
    *count = fread(text, 1, 65535, file);
    fclose(file);
    return text;
}

static double now_ns(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1e9 + time.tv_nsec;
}

static void measure(int argc, char **argv, void (*operation)(void)) {
    if (argc > 4) {
        for (int i = atoi(argv[4]); i > 0; i--) operation();
        return;
    }
    double least = 1e18;
    long repetitions = 1;
    for (int round = 0; round < 40; round++) {
        double start = now_ns();
        for (long i = 0; i < repetitions; i++) operation();
        double time = (now_ns() - start) / repetitions;
        if (time < least) least = time;
        repetitions = 5e6 / least > 1 ? 5e6 / least : 1;
    }
    printf("%f\n", least);
}

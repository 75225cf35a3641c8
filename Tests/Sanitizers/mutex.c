// Tells the thread sanitizer what Synchronization.Mutex does. Preloaded by scripts/sanitize, and in no product.
//
// A contended Mutex is taken in libswiftSynchronization.so, which is not instrumented, by a futex that the kernel hands
// from one thread to the next. The sanitizer sees neither and reports every contended withLock as a race. Suppressions
// cannot name it, since the frames are those of whoever holds the lock, and would hide real races there. So the three
// slow paths are wrapped: they call the real one and say that the lock was taken or is given up.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdbool.h>
#include <stdint.h>

#define SWIFT __attribute__((swiftcall))
#define SELF __attribute__((swift_context))

// The sanitizer's own; absent in programs that are not built with it.
__attribute__((weak)) void __tsan_acquire(void *address);
__attribute__((weak)) void __tsan_release(void *address);

#define LOCK "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define TRY "$s15Synchronization12_MutexHandleV12_tryLockSlowSbyF"
#define UNLOCK "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"

typedef SWIFT void (*Lock)(uint32_t, SELF void *);
typedef SWIFT bool (*Try)(SELF void *);
typedef SWIFT void (*Unlock)(SELF void *);

static Lock realLock;
static Try realTry;
static Unlock realUnlock;

// Before there is a second thread; programs without Swift have none of them.
__attribute__((constructor)) static void find(void) {
    realLock = (Lock)dlsym(RTLD_NEXT, LOCK);
    realTry = (Try)dlsym(RTLD_NEXT, TRY);
    realUnlock = (Unlock)dlsym(RTLD_NEXT, UNLOCK);
}

SWIFT void lockSlow(uint32_t thread, SELF void *handle) __asm__(LOCK);
SWIFT void lockSlow(uint32_t thread, SELF void *handle) {
    realLock(thread, handle);
    if (__tsan_acquire) __tsan_acquire(handle);
}

SWIFT bool tryLockSlow(SELF void *handle) __asm__(TRY);
SWIFT bool tryLockSlow(SELF void *handle) {
    bool taken = realTry(handle);
    if (taken && __tsan_acquire) __tsan_acquire(handle);
    return taken;
}

SWIFT void unlockSlow(SELF void *handle) __asm__(UNLOCK);
SWIFT void unlockSlow(SELF void *handle) {
    if (__tsan_release) __tsan_release(handle);
    realUnlock(handle);
}

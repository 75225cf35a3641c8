import Glibc

/// Every connection is an open file, and the usual soft limit is about a thousand.
enum OpenFiles {
    /// Raises the soft limit as far as the hard one and `wanted` allow; what fails changes nothing.
    static func raiseLimit(to wanted: Int) {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        let needed = rlim_t(clamping: wanted)
        guard limit.rlim_cur < needed else { return }
        limit.rlim_cur = min(limit.rlim_max, needed)
        _ = setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
}

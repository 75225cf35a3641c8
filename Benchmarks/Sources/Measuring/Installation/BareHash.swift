import Glibc
import ServerSystem

/// Argon2id by the C library and nothing else, at the server's cost: 19 MiB, two passes, one lane.
package enum BareHash {
    package static let mebibytes = 19.0

    package struct Failed: Error { package let code: Int32 }

    package static func encoded(_ password: String, passes: UInt32 = 2, kibibytes: UInt32 = 19_456) throws
        -> String
    {
        let (bytes, salt) = (Array(password.utf8), Array("sixteen bytes ok".utf8))
        let length = argon2_encodedlen(passes, kibibytes, 1, UInt32(salt.count), 32, Argon2_id)
        var text = [CChar](repeating: 0, count: length)
        let code = argon2id_hash_encoded(
            passes, kibibytes, 1, bytes, bytes.count, salt, salt.count, 32, &text, length)
        guard code == 0 else { throw Failed(code: code) }
        return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// CPU seconds of one comparison, the mean of `count`, and seconds, their median.
    package static func run(_ count: Int) throws -> (cpu: Double, wall: Double) {
        let hash = try encoded(Seed.password)
        let password = Array(Seed.password.utf8)
        let cpu = threadCPU()
        var times: [Double] = []
        for _ in 0..<count {
            let start = Stopwatch.now()
            defer { times.append(Stopwatch.now() - start) }
            let code = argon2id_verify(hash, password, password.count)
            guard code == 0 else { throw Failed(code: code) }
        }
        return ((threadCPU() - cpu) / Double(count), median(times))
    }

    private static func threadCPU() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}

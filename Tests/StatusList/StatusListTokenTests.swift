import Testing
import VidimusJOSE

@testable import VidimusStatusList

@Suite("A published status list")
struct StatusListTokenTests {
    static let now = Timestamp(seconds: 1_800_000_000)
    static let address = "https://id.example/status/1.1"

    static func token(_ list: StatusList) -> StatusListToken {
        StatusListToken(
            address: address, issuedAt: now, expiresAt: now + .seconds(150), timeToLive: .seconds(15),
            change: 42,
            list: list)
    }

    @Test("The draft's example of two bits unpacks from the text the draft gives")
    func draftExample() throws {
        let claims: JSON = [
            "sub": .string(Self.address), "iat": .integer(Self.now.seconds),
            "status_list": ["bits": 2, "lst": "eNo76fITAAPfAgc"],
        ]
        let token = try StatusListToken(Claims(claims), fetchedFrom: Self.address, at: Self.now)
        let statuses = (0..<12).map { token.list.status(at: $0)?.rawValue }
        #expect(statuses == [1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3])
        #expect(token.change == nil)
    }

    @Test("What is written is read again, every entry of it", arguments: [0, 32, 1_000, 1_048_576])
    func roundTrip(size: Int) throws {
        let list = StatusList(size: size)
        for index in stride(from: 0, to: size, by: 7) {
            list.raise(index, to: Status.allCases[index % 4])
        }
        let claims = try Claims(Self.token(list).claims())
        let read = try StatusListToken(claims, fetchedFrom: Self.address, at: Self.now)
        #expect(read.list.packed() == list.packed())
        #expect(read.change == 42 && read.issuedAt == Self.now && read.timeToLive == .seconds(15))
    }

    @Test("A list that nobody was revoked in takes less than a KiB")
    func small() throws {
        let claims = try Self.token(StatusList()).claims()
        #expect(claims.encoded().count < 1_024)
    }

    @Test(
        "Claims that are not a list of this address are refused by name",
        arguments: [
            (["sub": "https://id.example/status/1.2"], .invalidClaim), (["iat": .null], .invalidClaim),
            (["exp": .integer(now.seconds)], .expired), (["ttl": -1], .invalidClaim),
            (["status_list": ["bits": 1, "lst": "eNo76fITAAPfAgc"]], .invalidClaim),
            (["status_list": ["bits": 2]], .invalidClaim),
            (["status_list": ["bits": 2, "lst": "eNo76fITAAPfAgd"]], .malformed),
            (["status_list": ["bits": 2, "lst": "eNo76fITAAPfAg"]], .malformed),
            (["status_list": ["bits": 2, "lst": "eNo76fITAAPfAgcA"]], .malformed),
            (["status_list": ["bits": 2, "lst": ""]], .malformed), (["status_list": "x"], .invalidClaim),
        ] as [(JSON, JOSEError.Code)])
    func refused(change: JSON, code: JOSEError.Code) throws {
        let good = try #require(Self.token(StatusList(size: 32)).claims().object)
        let changed = change.object ?? []
        let claims = JSON.object(
            good.filter { member in !changed.contains { $0.name == member.name } } + changed)
        let error = #expect(throws: JOSEError.self) {
            try StatusListToken(Claims(claims), fetchedFrom: Self.address, at: Self.now)
        }
        #expect(error?.code == code)
    }

    @Test("A list that unpacks to more than is allowed takes no more memory than that")
    func bomb() throws {
        let size = StatusListToken.maximumEntries / 4 + 1
        let bomb = try Deflate.compressed([UInt8](repeating: 0, count: size), in: .zlib)
        #expect(throws: JOSEError.self) { try Deflate.inflated(bomb, in: .zlib, limit: size - 1) }
        #expect(try Deflate.inflated(bomb, in: .zlib, limit: size).count == size)
    }

    @Test("Every status merges with every other at every place of a word as by raising it")
    func mergesEveryPair() {
        for left in Status.allCases {
            for right in Status.allCases {
                for index in 0..<32 {
                    let (one, other) = (StatusList(size: 32), StatusList(size: 32))
                    one.raise(index, to: left)
                    other.raise(index, to: right)
                    #expect(one.merge(other) == (left < right))
                    #expect(one.status(at: index) == max(left, right))
                    #expect(
                        (0..<32).count { one.status(at: $0) != .valid }
                            == (max(left, right) == .valid ? 0 : 1))
                }
            }
        }
    }

    @Test("Lists merge by severity, in either order, and entries that only one has stay")
    func merges() {
        let (left, right) = (StatusList(size: 64), StatusList(size: 32))
        for index in 0..<16 {
            left.raise(index, to: Status.allCases[index / 4])
            right.raise(index, to: Status.allCases[index % 4])
        }
        left.raise(40, to: .stale)
        let before = right.packed()
        #expect(left.merge(right))
        #expect(!left.merge(right))
        for index in 0..<16 {
            #expect(left.status(at: index) == max(Status.allCases[index / 4], Status.allCases[index % 4]))
        }
        #expect(left.status(at: 40) == .stale)
        #expect(right.packed() == before)
    }
}

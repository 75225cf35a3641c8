import Testing
import VidimusJOSE
import VidimusStatusList

@testable import VidimusGuard

@Suite("The memory of verified tokens")
struct MemoryTests {
    let issuer: Issuer
    let verifier: TokenVerifier

    init() throws {
        issuer = try Issuer()
        verifier = issuer.verifier()
    }

    @Test("It keeps successes only, each once")
    func successesOnly() throws {
        let token = try issuer.token(index: 1)
        issuer.list.raise(2, to: .revoked)
        _ = verifier.refusal(try issuer.token(index: 2))
        _ = verifier.refusal(try issuer.token(["exp": 1_700_000_000]))
        _ = verifier.refusal("a.b.c")
        #expect(verifier.memoryUse == (0, 0))
        for _ in 0..<3 { _ = try verifier.verify(token) }
        #expect(verifier.memoryUse.entries == 1)
        #expect(verifier.memoryUse.bytes > token.utf8.count)
    }

    @Test("A token that differs from a remembered one in any one byte is refused")
    func oneByte() throws {
        let token = Array(try issuer.token().utf8)
        _ = try verifier.verify(token)
        for place in token.indices {
            var other = token
            other[place] = other[place] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
            #expect(verifier.refusal(String(decoding: other, as: UTF8.self))?.code == .invalidToken)
        }
        #expect(verifier.refusal(String(decoding: token.dropLast(), as: UTF8.self))?.code == .invalidToken)
        #expect(verifier.refusal(String(decoding: token + [65], as: UTF8.self))?.code == .invalidToken)
        #expect(verifier.refusal(String(decoding: token, as: UTF8.self)) == nil)
    }

    @Test("Another head before a remembered tail is another token, also where their hashes agree")
    func sameTail() throws {
        let token = try issuer.token()
        _ = try verifier.verify(token)
        // The hash is made of the last sixteen bytes and the length, so these two meet in the same place.
        let forged = String(repeating: "x", count: token.utf8.count - 16) + token.suffix(16)
        #expect(verifier.refusal(forged)?.code == .invalidToken)
        let memory = TokenMemory(bytes: 0, shards: 1, view: VerifierView(issuer.keys, issuer.statuses))
        #expect(memory.hash(token.utf8.span) == memory.hash(forged.utf8.span))
        #expect(verifier.refusal(token) == nil)
    }

    @Test(
        "It stays below its bytes however many tokens come, and keeps the one that is asked for all the time")
    func bounded() throws {
        let keys = LocalKeys(try JWKSet(keys: [Issuer.ed25519().verificationKey]))
        var configuration = issuer.configuration
        configuration.memoryBytes = 100_000
        let small = TokenVerifier(
            configuration, keys: keys, statuses: issuer.statuses, shards: 1,
            now: { [clock = issuer.clock] in clock.now })
        let key = try Issuer.ed25519()
        let hot = try issuer.token(index: 1_000, key: key)
        var most = 0
        for number in 0..<300 {
            _ = try small.verify(hot)
            _ = try small.verify(try issuer.token(["jti": .string("t\(number)")], key: key))
            most = max(most, small.memoryUse.bytes)
            #expect(small.memoryUse.bytes <= 100_000)
        }
        #expect(most > 90_000)
        #expect(small.memoryUse.entries > 10)
        keys.replace(with: try JWKSet(keys: []))
        #expect(small.refusal(hot)?.code == .invalidToken)
    }

    @Test("The tokens asked for outlast those that are not")
    func secondChance() throws {
        let view = VerifierView(issuer.keys, issuer.statuses)
        let cost = try cost(of: issuer.token(["jti": "t0"]), in: view)
        var shard = TokenShard(capacity: cost * 4, view: view)
        let tokens = try (0..<10).map { try issuer.token(["jti": .string("t\($0)")]) }
        let principal = try verifier.verify(tokens[0])
        func keep(_ number: Int) {
            shard.remember(
                tokens[number].utf8.span, hash: UInt64(number), principal: principal,
                keyGeneration: view.keyGeneration)
        }
        func isKept(_ number: Int) -> Bool {
            shard.recall(tokens[number].utf8.span, hash: UInt64(number)) != nil
        }
        for number in 0..<4 { keep(number) }
        #expect(shard.count == 4)
        for number in 4..<10 {
            #expect(isKept(0))
            keep(number)
            #expect(shard.count == 4)
            #expect(shard.bytes <= cost * 4)
            #expect(isKept(number))
        }
        #expect(isKept(0))
    }

    @Test(
        "A memory of no bytes remembers nothing, and a token larger than the memory is not kept",
        arguments: [0, 500])
    func none(bytes: Int) throws {
        let forgetful = issuer.verifier { $0.memoryBytes = bytes }
        for _ in 0..<2 { #expect(forgetful.refusal(try issuer.token()) == nil) }
        #expect(forgetful.memoryUse == (0, 0))
    }

    @Test("When a key is gone its tokens are refused at once, and everything is forgotten")
    func keyRemoved() throws {
        let token = try issuer.token()
        _ = try verifier.verify(token)
        let successor = try Issuer.ed25519()
        issuer.keys.replace(with: try JWKSet(keys: [successor.verificationKey]))
        #expect(verifier.refusal(token)?.code == .invalidToken)
        #expect(verifier.memoryUse == (0, 0))
        #expect(verifier.refusal(try issuer.token(key: successor)) == nil)
        issuer.keys.replace(with: try JWKSet(keys: [issuer.key.verificationKey]))
        #expect(verifier.memoryUse.entries == 1)
        #expect(verifier.refusal(token) == nil)
    }

    @Test("A token verified by keys that changed meanwhile is not kept")
    func keysChangedMeanwhile() throws {
        let token = try issuer.token()
        let principal = try verifier.verify(token)
        let before = VerifierView(issuer.keys, issuer.statuses)
        issuer.keys.replace(with: try JWKSet(keys: []))
        var shard = TokenShard(capacity: 100_000, view: VerifierView(issuer.keys, issuer.statuses))
        shard.remember(token.utf8.span, hash: 1, principal: principal, keyGeneration: before.keyGeneration)
        #expect(shard.count == 0)
    }

    @Test(
        "A remembered token becomes refused when it expires, when its rights change, and for another service")
    func remembered() throws {
        let token = try issuer.token()
        _ = try verifier.verify(token)
        let other = issuer.verifier { $0.audience = "https://other.example" }
        #expect(other.refusal(token)?.code == .invalidToken)
        #expect(verifier.refusal(token, requiring: .role("admin"))?.code == .insufficientScope)
        #expect(verifier.refusal(token) == nil)
        issuer.list.raise(1, to: .stale)
        #expect(verifier.refusal(token)?.code == .stale)
        issuer.clock.advance(seconds: 960)
        #expect(verifier.refusal(token)?.code == .expired)
    }

    @Test("When every shard is taken, a token is verified without memory, by the same rules")
    func busy() throws {
        let single = TokenVerifier(
            issuer.configuration, keys: issuer.keys, statuses: issuer.statuses, shards: 2,
            now: { [clock = issuer.clock] in clock.now })
        let good = try issuer.token(index: 1)
        let revoked = try issuer.token(index: 2)
        issuer.list.raise(2, to: .revoked)
        let refusals = single.memory.withShard { _ in
            single.memory.withShard { _ in [single.refusal(good), single.refusal(revoked)] }
        }
        #expect(refusals??.map { $0?.code } == [nil, .revoked])
        #expect(single.memoryUse.entries == 0)
        #expect(single.refusal(good) == nil)
        #expect(single.memoryUse.entries == 1)
    }

    @Test("Many threads at once get the right answer while keys, lists and statuses change")
    func concurrent() async throws {
        let good = try (0..<8).map { try issuer.token(index: Int64($0)) }
        let second = StatusList(size: 64)
        await withTaskGroup(of: Void.self) { group in
            for task in 0..<4 {
                group.addTask { [verifier] in
                    for round in 0..<400 {
                        let index = (round + task) % 8
                        let refusal = verifier.refusal(good[index])
                        #expect(refusal == nil || (index < 4 && refusal?.code == .revoked))
                    }
                }
            }
            group.addTask { [issuer] in
                for round in 0..<50 {
                    issuer.statuses.announce(second, at: "https://id.example/status/\(round)x")
                    issuer.list.raise(round % 4, to: .revoked)
                    if let keys = try? JWKSet(keys: [issuer.key.verificationKey]) {
                        issuer.keys.replace(with: keys)
                    }
                    await Task.yield()
                }
            }
        }
        for index in 0..<8 { #expect((verifier.refusal(good[index])?.code == .revoked) == (index < 4)) }
    }

    private func cost(of token: String, in view: VerifierView) throws -> Int {
        RememberedToken(token.utf8.span, hash: 0, try verifier.verify(token), in: view).cost
    }
}

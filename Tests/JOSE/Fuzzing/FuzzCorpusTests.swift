import Foundation
import Testing
import VidimusJOSE

@Suite("Fuzzing corpus")
struct FuzzCorpusTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Fuzzing/Corpus")

    private static func corpus(_ entry: FuzzEntry) throws -> [(name: String, bytes: [UInt8])] {
        let folder = folder.appending(path: entry.rawValue)
        return try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted().map {
            ($0, [UInt8](try Data(contentsOf: folder.appending(path: $0))))
        }
    }

    @Test(
        "Every file of the corpus, and the same cut short or with a bit changed, is taken or refused",
        arguments: FuzzEntry.allCases)
    func corpus(_ entry: FuzzEntry) throws {
        let files = try Self.corpus(entry)
        #expect(files.count >= 5)
        for (name, bytes) in files {
            #expect(entry.run(bytes) == nil, "\(name)")
            // 13 bytes apart: quick, and no stride of base64 or DER is favoured.
            for index in stride(from: 0, to: bytes.count, by: 13) {
                var changed = bytes
                changed[index] ^= 1 << UInt8(index % 8)
                #expect(entry.run(changed) == nil, "\(name) changed at \(index)")
                #expect(entry.run(Array(bytes.prefix(index))) == nil, "\(name) cut at \(index)")
            }
        }
    }

    @Test("The seeds reach what is behind the parsers")
    func seeds() throws {
        let set = try #require(FuzzKeys.set)
        #expect(set.keys.count == 3)
        let tokens = try Self.corpus(.tokens)
        #expect(tokens.count { (try? UnverifiedToken($0.bytes).verified(by: set)) != nil } == 3)
        #expect(try Self.corpus(.keys).count { (try? KeyDocument($0.bytes)) != nil } >= 10)
        #expect(try Self.corpus(.encrypted).count { (try? UnopenedToken($0.bytes)) != nil } >= 6)
        #expect(Set(FuzzKeys.decryption.map(\.algorithm)).count >= 10)
    }
}

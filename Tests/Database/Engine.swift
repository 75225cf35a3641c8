import Foundation
import Testing

@testable import VidimusDatabase

/// A folder of its own, gone when the tests are over.
struct Folder: Sendable {
    let path: String

    init() throws {
        path = Self.root + "/" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    private static let root: String = {
        atexit { try? FileManager.default.removeItem(atPath: Folder.root) }
        return FileManager.default.temporaryDirectory.path + "/vidimus-tests-" + UUID().uuidString
    }()
}

/// Where an engine keeps one database, so that several may be opened on it.
struct Store: Sendable {
    let folder: Folder
    var path: String { folder.path + "/test.sqlite" }

    init() throws { folder = try Folder() }

    func sqlite() throws -> SQLiteDatabase { try SQLiteDatabase(path: path) }
}

/// The engines that the storage suite runs over. PostgreSQL joins here.
enum Engine: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case sqlite = "SQLite"

    var testDescription: String { rawValue }

    /// One more connection to a store, as another process would have it.
    func open(_ store: Store) throws -> any Database {
        switch self {
        case .sqlite: try store.sqlite()
        }
    }

    /// A store with one empty table, `things (id, number, text, bytes)`, and a connection to it.
    func prepared() async throws -> (store: Store, database: any Database) {
        let store = try Store()
        switch self {
        case .sqlite:
            let database = try store.sqlite()
            try await database.migrate([
                Migration(
                    number: 1, name: "things",
                    script: """
                        CREATE TABLE things (
                            id INTEGER PRIMARY KEY, number INTEGER, text TEXT, bytes BLOB
                        ) STRICT
                        """)
            ])
            return (store, database)
        }
    }
}

extension Database {
    /// Stores a thing of this id.
    func insert(_ id: Int) async throws {
        try await write { _ = try $0.execute(SQL("INSERT INTO things (id) VALUES ($1)"), [id]) }
    }

    /// The ids that anyone can read, in order.
    func ids() async throws -> [Int64] {
        try await read { try $0.ids() }
    }
}

extension Transaction {
    func ids() throws -> [Int64] {
        try rows(SQL("SELECT id FROM things ORDER BY id"), []) { try $0.integer(0) }
    }
}

/// What a body was refused with; nil if it was not.
func refusal<T>(_ body: () async throws -> T) async -> DatabaseError? {
    do {
        _ = try await body()
        return nil
    } catch {
        return error as? DatabaseError ?? DatabaseError(.unusableAddress, "not a DatabaseError: \(error)")
    }
}

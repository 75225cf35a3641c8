import Testing
import VidimusDatabase

@testable import VidimusIdentity

@Suite("The installation")
struct InstallationTests {
    private func refusal(_ text: String, on house: House) async -> String? {
        do {
            _ = try await Installation.open(house.seams, masterKeys: MasterKeys(parsing: text))
            return nil
        } catch {
            return (error as? Installation.Refused)?.description ?? "not refused by name: \(error)"
        }
    }

    private let one = "1:" + String(repeating: "a7", count: 32)
    private let two = "2:" + String(repeating: "b8", count: 32)
    private let wrong = "1:" + String(repeating: "c9", count: 32)

    @Test("is founded once; the same key opens it again")
    func founding() async throws {
        let database = try SQLiteDatabase(path: House.newPath())
        try await database.migrate()
        #expect(try await Installation.isEmpty(database))
        let seams = Seams(database: database)
        for _ in 1...2 {
            #expect(try await Installation.open(seams, masterKeys: MasterKeys(parsing: one)).epoch == 1)
        }
        #expect(try await !Installation.isEmpty(database))
        await database.close()
    }

    @Test("refuses a wrong master key by name, and stores nothing of it")
    func wrongKey() async throws {
        let house = try await House()
        #expect(await refusal(wrong, on: house)?.hasPrefix("master key version 1 is not the one") == true)
        #expect(
            await refusal("\(wrong)\n\(two)", on: house)?.hasPrefix("master key version 1 is not") == true)
        #expect(try await house.count(SQL("SELECT count(*) FROM master_keys")) == 1)
        #expect(await refusal(one, on: house) == nil)
    }

    @Test("takes a new version of the master key from the server only, and inspecting it changes nothing")
    func openings() async throws {
        func refusal(_ text: String, _ opening: Installation.Opening, _ database: SQLiteDatabase) async
            -> String?
        {
            do {
                _ = try await Installation.open(
                    Seams(database: database), masterKeys: MasterKeys(parsing: text), opening: opening)
                return nil
            } catch {
                return (error as? Installation.Refused)?.description ?? "\(error)"
            }
        }
        let database = try SQLiteDatabase(path: House.newPath())
        try await database.migrate()
        #expect(await refusal(one, .inspection, database)?.hasPrefix("nothing is stored yet") == true)
        #expect(try await Installation.isEmpty(database))
        #expect(await refusal(one, .command, database) == nil)
        let both = one + "," + two
        #expect(
            await refusal(both, .command, database)?.contains("version 2 is new to this database") == true)
        #expect(await refusal(both, .inspection, database) == nil)
        #expect(await refusal(one, .command, database) == nil)
        #expect(await refusal(both, .serving, database) == nil)
        #expect(await refusal(one, .inspection, database)?.contains("version 2, which was not given") == true)
        #expect(await refusal(wrong + "," + two, .inspection, database)?.contains("version 1 is not") == true)
        #expect(await refusal(both, .command, database) == nil)
        await database.close()
    }

    @Test("names the version that is missing")
    func missingVersion() async throws {
        let house = try await House()
        #expect(await refusal(two, on: house)?.contains("master key version 1, which was not given") == true)
        #expect(await refusal("\(one)\n\(two)", on: house) == nil)
        #expect(await refusal(one, on: house)?.contains("master key version 2, which was not given") == true)
        #expect(await refusal("\(two),\(one)", on: house) == nil)
    }
}

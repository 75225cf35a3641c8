import VidimusIdentity

/// Finds the master key: environment, file, or generated for a new installation.
enum MasterKeySource {
    /// Where the key is, in words for the operator.
    static func place(_ settings: Settings) -> String {
        settings.masterKey != nil
            ? "VIDIMUS_MASTER_KEY" : settings.masterKeyFile ?? "\(settings.dataFolder)/master.key"
    }

    /// - Parameter mayGenerate: whether a key may be made; only if nothing was ever stored under another.
    static func masterKeys(_ settings: Settings, mayGenerate: Bool) throws -> MasterKeys {
        if let text = settings.masterKey {
            return try parsed(text, from: "VIDIMUS_MASTER_KEY")
        }
        let path = place(settings)
        if settings.masterKeyFile == nil, !DataFolder.exists(path) {
            guard mayGenerate else {
                throw DataFolder.Refused(
                    description: "the database is sealed, but \(path) is missing; put the key back there, or "
                        + "give it in VIDIMUS_MASTER_KEY or VIDIMUS_MASTER_KEY_FILE")
            }
            try DataFolder.writeSecret(MasterKeys.generateText(random: Seams.systemRandom), to: path)
        }
        return try parsed(try DataFolder.readSecret(path), from: path)
    }

    private static func parsed(_ text: String, from place: String) throws -> MasterKeys {
        do throws(MasterKeys.Malformed) {
            return try MasterKeys(parsing: text)
        } catch {
            throw DataFolder.Refused(description: "\(place): \(error.description)")
        }
    }
}

/// Which passwords are good enough: 8 characters at least, not among the common ones, not the e-mail.
///
/// A password is taken exactly as sent: not trimmed, not normalised, any character allowed (ASVS 5.0
/// §6.2). Nothing is asked about kinds of characters.
package enum PasswordRule {
    package static let minimumCharacters = 8
    /// So that hashing stays bounded; far above any passphrase.
    package static let maximumBytes = 1024

    package enum Weakness: String, Sendable {
        case tooShort = "The password is shorter than 8 characters; a few random words make a good one."
        case tooLong = "The password is longer than 1024 bytes."
        case common = "The password is among the most common ones; choose another."
        case sameAsEmail = "The password is the e-mail address; choose another."
    }

    package static func weakness(of password: String, email: EmailAddress) -> Weakness? {
        if password.utf8.count > maximumBytes { return .tooLong }
        if password.unicodeScalars.count < minimumCharacters { return .tooShort }
        let lowered = password.lowercased()
        if CommonPasswords.contains(lowered) { return .common }
        let local = email.description.prefix { $0 != "@" }
        return lowered == email.description || lowered == local ? .sameAsEmail : nil
    }
}

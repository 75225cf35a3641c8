/// Where a token's status stands: the claim `{"status_list":{"idx":…,"uri":…}}` of
/// draft-ietf-oauth-status-list §6.1.
public struct StatusReference: Sendable, Hashable {
    /// The full address of the list. It only names a list one already has: nothing is fetched from it.
    public let list: String
    /// The entry in the list, counted from zero.
    public let index: Int

    /// Refers to the entry `index` of the list at the address `list`.
    public init(list: String, index: Int) {
        self.list = list
        self.index = index
    }
}

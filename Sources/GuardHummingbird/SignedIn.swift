public import Hummingbird
public import VidimusGuard

/// A request that was let in: a handler that takes this context cannot be reached without a principal.
public struct SignedIn<Parent: GuardedRequestContext>: ChildRequestContext {
    /// What Hummingbird keeps of a request.
    public var coreContext: CoreRequestContextStorage
    /// Who is asking.
    public let principal: Principal
    /// The context as it was at the guard, with whatever the service keeps in it.
    public let parent: Parent

    /// The context behind a guard.
    /// - Throws: ``GuardError`` with `missing_token` if no guard let the request through.
    public init(context: Parent) throws {
        guard let principal = context.principal else {
            throw GuardError(Refusal(.missingToken, "no guard stands before this route"))
        }
        coreContext = context.coreContext
        self.principal = principal
        parent = context
    }

    /// How large a body may be, as the parent has it.
    public var maxUploadSize: Int { parent.maxUploadSize }
    /// How a body is decoded, as the parent has it.
    public var requestDecoder: Parent.Decoder { parent.requestDecoder }
    /// How an answer is encoded, as the parent has it.
    public var responseEncoder: Parent.Encoder { parent.responseEncoder }
}

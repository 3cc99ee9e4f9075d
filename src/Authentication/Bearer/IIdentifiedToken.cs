namespace Curfew.Authentication.Bearer;

/// <summary>A verified token, parsed just now or remembered.</summary>
internal interface IIdentifiedToken
{
    TokenIdentity TokenIdentity { get; }
}

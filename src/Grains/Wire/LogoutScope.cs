namespace Curfew.Grains;

/// <summary>How far a logout reaches.</summary>
public enum LogoutScope
{
    /// <summary>The presented token alone.</summary>
    Token = 0,

    /// <summary>The presented token's session (<c>sid</c>): every token of it, those minted later included.</summary>
    Session = 1,

    /// <summary>Every token of the user but the presented one and its session.</summary>
    Others = 2,

    /// <summary>Every token of the user.</summary>
    Everywhere = 3,
}

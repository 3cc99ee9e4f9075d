using Curfew.System.Tests.Documented;

namespace Curfew.System.Tests.Soak;

/// <summary>The commands of docs/proof.md are ones that the soak takes. They run for half an hour or more, so they aren't run here.</summary>
public sealed class SoakCommandTests
{
    // Seen red with an option of the page misspelt.
    [Fact]
    public void EveryCommandOfThePage_IsOneThatItTakes()
    {
        var commands = DocumentedShell.Read("docs/proof.md", "./test.sh soak").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.True(commands.Length >= 3);
        Assert.All(commands, command =>
        {
            var words = command.Split('#')[0].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            Assert.Equal(["./test.sh", "soak"], words[..2]);
            Assert.True(SoakProgram.TryParse(words[2..], out _, out _, out _), command);
        });
    }
}

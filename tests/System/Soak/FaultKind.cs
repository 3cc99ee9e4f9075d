namespace Curfew.System.Tests.Soak;

/// <summary>What a deployment suffers.</summary>
internal enum FaultKind
{
    /// <summary>SIGKILL; started again when the fault ends, as an operator would.</summary>
    Kill,

    /// <summary>SIGSTOP, and SIGCONT when it ends.</summary>
    Pause,

    /// <summary>The process's wall clock is minutes ahead.</summary>
    ClockAhead,

    /// <summary>The process's wall clock is minutes behind.</summary>
    ClockBehind,

    /// <summary>No packet passes between the machine and Redis.</summary>
    CutFromRedis,

    /// <summary>No packet passes between the machine and the silos (the other silos, if it is one).</summary>
    CutFromSilos,

    /// <summary>Redis refuses what would take memory.</summary>
    OutOfMemory,

    /// <summary>Redis refuses writes, for want of replicas.</summary>
    ReadOnly,

    /// <summary>Redis is made a replica of a primary that isn't there, and a primary again.</summary>
    Replica,

    /// <summary>Redis forgets everything; when the fault ends, an operator initializes it anew.</summary>
    Flush,

    /// <summary>The data directory's file system is full.</summary>
    FullDisk,
}

using Tollgate.Host.Cli;

return await CommandLine.RunAsync(args);

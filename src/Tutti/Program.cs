using Tutti.Commands;

return await CommandLine.RunAsync(args);

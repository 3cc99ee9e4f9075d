global using Status = System.Net.HttpStatusCode;
